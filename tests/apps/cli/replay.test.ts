import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { typefish } from "./run";

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
const RECORDED = readdirSync(fixture("")).filter((name) => /\.jsonl(\.gz)?$/.test(name));

const CAPS = '[{"slot":0,"type":"RAM","base":2164260864,"bytes":67108864}]';
const HEADER = `{"trace":3,"seed":1,"dram":{"base":2164260864,"bytes":67108864},"slots":1024,"caps":${CAPS}}`;
const RETYPE = '{"op":"retype","src":0,"dst":9,"offset":4096,"type":"Frame","objsize":8192,"count":2';
const DUMP =
  '{"dump":[[0,"RAM",2164260864,67108864,0,1,0],[9,"Frame",2164264960,8192,0,0,1],[10,"Frame",2164273152,8192,0,0,1]],"tables":[]}';
const GOOD = [HEADER, `${RETYPE},"err":"SYS_ERR_OK"}`, DUMP];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "typefish-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

describe("replay", () => {
  it("finds the recorded traces", () => expect(RECORDED).toEqual(expect.arrayContaining(["traces-themes.jsonl"])));

  it.each(RECORDED)("agrees with every answer and dump in %s", (name) => {
    const { stdout, stderr, status } = typefish(["replay", fixture(name)]);
    expect(stdout).toMatch(/: [1-9][\d,]* traces?, [\d,]+ operations, [\d,]+ agreements, 0 differences, /);
    expect([stderr, status]).toEqual(["", 0]);
  });

  it("prints a line for each file, and reads standard input", () => {
    const { lines } = typefish(["replay", file("good.jsonl", GOOD), "-"], { stdin: gzipSync(GOOD.join("\n")) });
    expect(lines[0]).toMatch(/good\.jsonl: 1 trace, 1 operation, 2 agreements, 0 differences/);
    expect(lines[1]).toMatch(/^standard input: 1 trace, 1 operation, 2 agreements, 0 differences/);
  });

  it("shows a wrong answer in full, and exits with status 1", () => {
    const { stdout, status } = typefish(["replay"], {
      stdin: [HEADER, `${RETYPE},"err":"SYS_ERR_REVOKE_FIRST"}`, DUMP].join("\n"),
    });
    expect(stdout).toMatch(/1 agreement, 1 difference,/);
    expect(stdout).toContain(`standard input:2, trace 3: ${RETYPE}}`);
    expect(stdout).toMatch(/expected {2}SYS_ERR_REVOKE_FIRST\n {2}got {7}SYS_ERR_OK\n {2}slot 0: RAM at 0x81000000/);
    expect(status).toBe(1);
  });

  it("shows a slot that differs from the dump", () => {
    const { stdout, status } = typefish(["replay"], {
      stdin: [...GOOD.slice(0, 2), DUMP.replace("8192", "4096")].join("\n"),
    });
    expect(stdout).toMatch(/standard input:3, trace 3: dump, slot 9\n {2}expected {2}Frame at 0x81001000, 4096 bytes/);
    expect(status).toBe(1);
  });

  it("records the machine's answers, and agrees with them on replay", () => {
    const script = file("script.jsonl", [
      HEADER,
      `${RETYPE}}`,
      '{"op":"identify","slot":10}',
      '{"op":"delete","slot":11}',
    ]);
    const recorded = join(folder, "recorded.jsonl.gz");
    expect(typefish(["replay", script, "--record", recorded]).status).toBe(0);
    const lines = gunzipSync(readFileSync(recorded)).toString().trim().split("\n");
    expect(lines.slice(0, 4)).toEqual([
      HEADER,
      GOOD[1],
      '{"op":"identify","slot":10,"err":"SYS_ERR_OK","type":"Frame","base":2164273152,"bytes":8192}',
      '{"op":"delete","slot":11,"err":"SYS_ERR_CAP_NOT_FOUND","err_stack":["SYS_ERR_CAP_NOT_FOUND"]}',
    ]);
    expect(lines[4]).toBe(DUMP);
    expect(typefish(["replay", recorded]).stdout).toMatch(/4 agreements, 0 differences/);
  });

  it("prints one document with --json", () => {
    const { stdout } = typefish(["replay", "--json"], { stdin: GOOD.join("\n") });
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, files: [{ traces: 1, differences: 0 }], differences: [] });
  });
});

describe("a malformed file is refused with file, line and what was expected", () => {
  const op = (text: string) => [HEADER, text, DUMP];
  const cases: [name: string, lines: string[], message: RegExp][] = [
    ["nothing", [], /:1: expected the header of a trace, found the end of the file/],
    ["no JSON", [HEADER, "{"], /:2: expected a JSON object/],
    ["a list", [HEADER, "[]"], /:2: expected an object as the line, found \[\]/],
    ["nothing known", ["{}"], /:1: expected a header \("trace"\), an operation \("op"\) or a dump \("dump"\)/],
    ["no header", [`${RETYPE}}`], /:1: expected the header of a trace before an operation/],
    [
      "no dump",
      GOOD.slice(0, 2),
      /:2: expected the dump of the trace that begins in line 1, found the end of the file/,
    ],
    ["two headers", [HEADER, HEADER], /:2: expected the dump of the trace that begins in line 1, found another header/],
    ["an unknown operation", op('{"op":"grow"}'), /:2: expected one of "retype", .* as "op", found "grow"/],
    ["no answer", op(`${RETYPE}}`), /:2: expected a string as "err" of retype, found nothing/],
    ["a missing field", op('{"op":"copy","src":0,"err":"SYS_ERR_OK"}'), /:2: expected an integer .* as "dst" of copy/],
    ["a fraction", op('{"op":"delete","slot":1.5,"err":"SYS_ERR_OK"}'), /:2: expected an integer .* found 1\.5/],
    [
      "33 bits",
      op('{"op":"delete","slot":4294967296,"err":"SYS_ERR_OK"}'),
      /:2: expected an integer from 0 to 4294967295/,
    ],
    [
      "an unknown type",
      op(`${RETYPE.replace("Frame", "Fame")},"err":"SYS_ERR_OK"}`),
      /:2: .* "type" of retype, found "Fame"/,
    ],
    ["odd slots", [HEADER.replace("1024", "1000")], /:1: expected a multiple of 256 as "slots", found 1000/],
    ["a strange start", [HEADER.replace('"RAM"', '"Frame"')], /:1: expected one of "RAM", .* found "Frame"/],
    [
      "a row too short",
      [...GOOD.slice(0, 2), '{"dump":[[1]],"tables":[]}'],
      /:3: expected 7 fields in row 0 of "dump"/,
    ],
    ["more memory than a board has", [HEADER.replaceAll("67108864", "2147483648"), DUMP], /:1: /],
    ["half a page", [HEADER.replaceAll("2164260864", "2164260865"), DUMP], /:1: slot 0 cannot hold RAM/],
  ];
  it.each(cases)("%s", (_name, lines, message) => {
    const { stderr, status } = typefish(["replay"], { stdin: lines.join("\n") });
    expect(stderr).toMatch(/^typefish: standard input:\d+: [^\n]*\n$/);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });

  it("half a gzip file", () => {
    const { stderr, status } = typefish(["replay"], { stdin: gzipSync(GOOD.join("\n")).subarray(0, 60) });
    expect(stderr).toMatch(/^typefish: standard input: not a whole gzip file \([^\n]*\)\n$/);
    expect(status).toBe(2);
  });
});
