import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { colorsFor } from "../../../apps/cli/colors";
import { colorLine } from "../../../apps/cli/console-lines";
import { listedOfLine, resultOfLine } from "../../../observe/scenario-lines";
import { LineSplitter } from "../../../observe/text/lines";

const on = pc.createColors(true);
const terminal = { isTTY: true };

describe("colours", () => {
  it("are used on terminals only, and can be switched off", () => {
    expect(colorsFor(terminal, true, {}).isColorSupported).toBe(true);
    expect(colorsFor({}, true, { FORCE_COLOR: "1" }).isColorSupported).toBe(false);
    expect(colorsFor(terminal, false, {}).isColorSupported).toBe(false);
    expect(colorsFor(terminal, true, { NO_COLOR: "1" }).isColorSupported).toBe(false);
    expect(colorsFor(terminal, true, { TERM: "dumb" }).isColorSupported).toBe(false);
  });

  it("match the original, with a blue name and red core and thread numbers", () => {
    expect(colorLine("init.0.0: hello", on)).toBe(`${on.blue("init")}.${on.red("0.0")}: hello`);
    expect(colorLine("kernel ARMv7-A: hello", on)).toBe(on.dim("kernel ARMv7-A: hello"));
    expect(colorLine("Aborted", on)).toBe(on.red("Aborted"));
  });

  it("mark verdicts, but not text that only looks like one", () => {
    expect(colorLine("init.0.0: T01  all is ok here      ok      fine", on)).toContain(
      `here      ${on.green("ok")}      fine`,
    );
    expect(colorLine("init.0.0: T01  all is ok here      FAILED  no", on)).toContain(on.red("FAILED"));
    expect(colorLine("init.0.0: 3 scenarios: 3 ok, 0 failed", on)).toContain(": 3 scenarios: 3 ok, 0 failed");
  });
});

it("chunks of console output become lines without the program's own colours", () => {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of ["\u001b[34min", "it\u001b[0m.0.0: a\r\nb", "c\n", "no newline"]) splitter.push(chunk);
  expect(lines).toEqual(["init.0.0: a", "bc"]);
  splitter.end();
  expect(lines.at(-1)).toBe("no newline");
});

describe("scenario lines", () => {
  it("a result has its verdict in a separate column", () => {
    expect(resultOfLine("init.0.0: T03  600 pages, all ok or none         ok      3 refills")).toEqual({
      id: "T03",
      title: "600 pages, all ok or none",
      ok: true,
      note: "3 refills",
    });
    expect(resultOfLine("init.0.0: T41  bad addresses      FAILED  unaligned: expected X")).toMatchObject({
      ok: false,
    });
    expect(resultOfLine("init.0.0: T05  quiet one          ok")).toMatchObject({ ok: true, note: "" });
  });

  it.each([
    "init.0.0: paging_init",
    "init.0.0: 40 scenarios: 39 ok, 1 failed",
    "init.0.0: -- hostile calls",
    "T01 x ok",
  ])("%s is not a result", (line) => expect(resultOfLine(line)).toBeNull());

  it("a line of the list has an id, a group and a title", () => {
    expect(listedOfLine("init.0.0: T03  slots beyond one CNode              600 pages")).toEqual({
      id: "T03",
      group: "slots beyond one CNode",
      title: "600 pages",
    });
    expect(listedOfLine("init.0.0: 39 scenarios")).toBeNull();
  });
});
