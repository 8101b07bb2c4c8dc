/** `typefish qemu` and `typefish image`: JSON documents, and an end that names the scenario. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { typefish } from "../../apps/cli/run";
import { describeNative } from "./support/tools";

const TIMEOUT_MS = 300_000;
const folder = mkdtempSync(join(tmpdir(), "typefish-"));
afterAll(() => rmSync(folder, { recursive: true }));

describeNative("typefish qemu", { timeout: TIMEOUT_MS }, () => {
  it("prints one document with the scenarios and the console", () => {
    const { stdout, status } = typefish(["qemu", "--scenario", "T0*", "--json"]);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      board: "vexpress-a9",
      ok: true,
      exitCode: 0,
      result: { kind: "exit", status: 0, meaning: "init ended" },
      counts: { ok: 9, failed: 0, notRun: 0 },
      running: null,
    });
    expect(document.scenarios).toContainEqual(expect.objectContaining({ id: "T02", ok: true }));
    expect(document.console.join("\n")).not.toContain(" begins, ");
    expect(status).toBe(0);
  });

  it("ends with a summary of the scenarios", () => {
    const { lines, status } = typefish(["qemu", "--scenario", "T02"]);
    expect(lines.at(-1)).toMatch(/^typefish: init ended, 1 scenario ok, .* in QEMU$/);
    expect(status).toBe(0);
  });

  it("stops at the time limit with exit code 1", () => {
    const { stderr, status, lines } = typefish(["qemu", "--limit-time", "1ms"]);
    expect(stderr).toContain("the machine was stopped: it ran longer than 1 ms; --limit-time allows more\n");
    expect(lines.at(-1)).toMatch(/^typefish: stopped at a limit/);
    expect(status).toBe(1);
  });
});

describeNative("typefish image", { timeout: TIMEOUT_MS }, () => {
  it("prints one document about the file", () => {
    const path = join(folder, "typefish.uimage");
    const args = ["image", "--board", "pandaboard-es", "--format", "uimage", "--output", path, "--json"];
    const { stdout, status } = typefish(args);
    const { board, format, scenario, files } = JSON.parse(stdout);
    expect({ board, format, scenario }).toEqual({ board: "pandaboard-es", format: "uimage", scenario: "none" });
    expect(files).toEqual([{ path, bytes: statSync(path).size }]);
    expect(status).toBe(0);
  });
});
