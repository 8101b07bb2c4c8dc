import { describe, expect, it } from "vitest";
import { HANDOUT_LINES } from "./handout-lines";
import { onlyLines, typefish, typefishIntoClosedPipe } from "./run";

const ESCAPE = "\u001b";

describe("boot", () => {
  it("prints the assignment's lines in order with the stub of libmm", () => {
    const { lines, status, stderr } = typefish(["boot", "--libmm", "stub"]);
    expect(onlyLines(lines, HANDOUT_LINES)).toEqual(HANDOUT_LINES);
    expect([status, stderr]).toEqual([0, ""]);
  });

  it("is the default command, and ends with a summary line", () => {
    const { lines, status, stderr } = typefish(["--scenario", "T02", "--memory", "64M"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(lines.some((line) => /^init\.0\.0: T02 .* ok {2,}/.test(line))).toBe(true);
    expect(lines.at(-1)).toMatch(/^typefish: init ended, 1 scenario ok, \d.* system calls, \d+ MiB resident$/);
  });

  it("reaches the message loop without scenarios", () => {
    const { lines, status } = typefish(["boot", "--scenario", "none", "--board", "vexpress-a9"]);
    expect(lines).toContain("init.0.0: Message handler loop");
    expect(lines).toContain("kernel ARMv7-A: Initialising kernel paging, using RAM at 60000000-9fffffff");
    expect(status).toBe(0);
  });

  it("shows no colours in a pipe, whatever the environment says", () => {
    expect(typefish(["boot", "--scenario", "T02"]).stdout).not.toContain(ESCAPE);
  });

  it("prints less with a lower log level", () => {
    const { lines } = typefish(["boot", "--scenario", "none", "--loglevel", "0"]);
    expect(lines.filter((line) => line.startsWith("kernel ARMv7-A: "))).toEqual([]);
    expect(lines).toContain("init.0.0: Message handler loop");
  });

  it("ends without an error when its output is closed", async () => {
    expect(await typefishIntoClosedPipe(["boot", "--scenario", "T0*"])).toEqual({ stderr: "", status: 0 });
  });

  it("lists the scenarios by group", () => {
    const { lines, status } = typefish(["boot", "--list"]);
    expect(lines[0]).toMatch(/^\w/);
    expect(lines.filter((line) => /^ {2}T\d\d {2}/.test(line)).length).toBeGreaterThan(30);
    expect(status).toBe(0);
  });
});

describe("boot --json", () => {
  it("prints one document and nothing else", () => {
    const { stdout, stderr, status } = typefish(["boot", "--scenario", "T0*", "--memory", "128M", "--json"]);
    const document = JSON.parse(stdout);
    expect([status, stderr]).toEqual([0, ""]);
    expect(document).toMatchObject({
      board: { name: "pandaboard-es", dram: { base: 0x80000000, bytes: 128 << 20 } },
      ok: true,
      exitCode: 0,
      result: { kind: "exit", status: 0 },
    });
    expect(document.scenarios).toContainEqual(expect.objectContaining({ id: "T02", ok: true }));
    expect(Object.keys(document.figures).sort()).toEqual(
      ["bootMilliseconds", "dataAborts", "milliseconds", "residentBytes", "systemCalls", "tlbMisses"].sort(),
    );
    expect(document.console[0]).toMatch(/^kernel /);
  });

  it("lists scenarios as data", () => {
    const listed = JSON.parse(typefish(["boot", "--list", "--scenario", "T02", "--json"]).stdout);
    expect(listed).toEqual([{ id: "T02", group: "allocation and reclamation", title: expect.any(String) }]);
  });
});

describe("a run that ends badly", () => {
  it("is stopped at a limit in system calls", () => {
    const { stderr, status, lines } = typefish(["boot", "--limit-calls", "20"]);
    expect(stderr).toMatch(
      /^typefish: while T01 ran, the program was stopped: it made 20 system calls, at .*; --limit-calls allows more\n$/,
    );
    expect(stderr).toMatch(/ at \w+ \(system\/\w+\/[\w/-]+\.ts:\d+:\d+\) <- \w+/);
    expect(lines.at(-1)).toMatch(/^typefish: stopped at a limit while T01 ran, 0 ok, 1 failed, 77 not run, /);
    expect(status).toBe(1);
  });

  it("is stopped at a limit in time", () => {
    const { stderr, status } = typefish(["boot", "--limit-time", "1ms"]);
    expect(stderr).toMatch(
      /^typefish: (while T\d+ ran, )?the program was stopped: it ran longer than 1 ms, at .*; --limit-time allows more\n$/,
    );
    expect(status).toBe(1);
  });
});
