/** Where a program was when its run ended: functions and lines of its sources. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { compileProgram } from "../../../compile/program";
import { describeFrames, framesText, Positions } from "../../../machines/hosted/frames";
import type { Frame, RunResult } from "../../../machines/results";
import { fixtureMachine } from "./fixtures/images";

const MAIN = `import { syscall } from "../system/kpi/kernel";
import { Record } from "./record";

let depth: u32 = 0;

function command(): u32 {
  return u32(syscall(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) >> 32);
}

function writeNull(at: u32): void {
  depth++;
  store<u32>(at, 1);
}

function refuse(): void {
  if (depth == 0) unreachable();
}

function spin(): void {
  while (true) {
    depth++;
  }
}

function recurse(n: u32): u32 {
  depth++;
  return recurse(n + 1) + recurse(n + 2) + depth;
}

function divide(by: u32): u32 {
  return 7 / by;
}

function callForEver(): void {
  while (true) {
    command();
  }
}

function first(at: u32): u32 {
  return second(at) + depth;
}

function second(at: u32): u32 {
  return changetype<Record>(at).value + first(at + 4);
}

export function _start(args: u32): void {
  switch (command()) {
    case 110: // n
      writeNull(0);
      break;
    case 117: // u
      refuse();
      break;
    case 108: // l
      spin();
      break;
    case 114: // r
      depth = recurse(1);
      break;
    case 100: // d
      depth = divide(depth);
      break;
    case 99: // c
      callForEver();
      break;
    case 102: // f
      depth = first(args & 0);
      break;
  }
}
`;

const RECORD = `@unmanaged
export class Record {
  get value(): u32 {
    return load<u32>(changetype<usize>(this));
  }
}
`;

function lineOf(text: string, source = MAIN): number {
  return source.slice(0, source.indexOf(text)).split("\n").length;
}

function readFile(path: string): string | null {
  if (path === "lab/main.ts") return MAIN;
  if (path === "lab/record.ts") return RECORD;
  return path.startsWith("system/kpi/") ? readFileSync(path, "utf8") : null;
}

function framesOf(result: RunResult): Frame[] {
  if (result.kind !== "fault" && result.kind !== "limit") throw new Error(`the run ended with ${result.kind}`);
  return result.frames;
}

/** Function and line of a frame. */
function place({ function: name, file, line }: Frame): string {
  return `${name} ${file}:${line}`;
}

describe.each([0, 1, 3] as const)("at optimization level %i, a run", (optimizeLevel) => {
  let run: (command: string) => Frame[];

  beforeAll(async () => {
    const program = await compileProgram({ entry: "lab/main.ts", readFile, optimizeLevel });
    const { create } = await fixtureMachine(program);
    run = (command) => {
      const machine = create({ limits: { milliseconds: command === "l" ? 100 : 60_000, systemCalls: 1000 } });
      machine.input(command);
      return framesOf(machine.run());
    };
  });

  it.each([
    ["n", "that writes through a null pointer", "writeNull", "store<u32>(at, 1)", "writeNull(0)"],
    ["u", "that reaches an unreachable place", "refuse", "unreachable()", "refuse();"],
    ["d", "that divides by zero", "divide", "7 / by", "divide(depth)"],
  ])("%s: %s ends at the line, with the line of the caller", (command, _, name, line, caller) => {
    const frames = run(command).map(place);
    expect(frames).toEqual([`${name} lab/main.ts:${lineOf(line)}`, `_start lab/main.ts:${lineOf(caller)}`]);
  });

  it("that loops for ever is in the loop when the time is over", () => {
    const [spin, start] = run("l");
    expect(spin?.function).toBe("spin");
    expect([lineOf("while (true) {\n    depth"), lineOf("while (true) {\n    depth") + 1]).toContain(spin?.line);
    expect(start && place(start)).toBe(`_start lab/main.ts:${lineOf("spin();")}`);
  });

  it("that calls itself for ever overflows the stack in the function", () => {
    const frames = run("r");
    expect(frames.length).toBeGreaterThan(20);
    expect(new Set(frames.map(place))).toEqual(new Set([`recurse lab/main.ts:${lineOf("recurse(n + 1)")}`]));
  });

  it("that makes system calls for ever is at the call when its limit is reached", () => {
    const frames = run("c");
    expect(frames.map((frame) => frame.function)).toEqual(["command", "callForEver", "_start"]);
    expect(frames[0]?.line).toBe(lineOf("return u32(syscall"));
    expect([lineOf("command();") - 1, lineOf("command();")]).toContain(frames[1]?.line);
  });

  it("names functions of other files, and the frames in their order", () => {
    const frames = run("f");
    expect(place(frames[0] as Frame)).toBe(`value lab/record.ts:${lineOf("load<u32>", RECORD)}`);
    // Functions between two others are lost if they were inlined as well.
    const names = frames.map((frame) => frame.function);
    const all = ["value", "second", "first", "_start"];
    expect(names).toEqual(all.filter((name) => names.includes(name)));
    expect(names.at(-1)).toBe("_start");
    if (optimizeLevel === 0) expect(names).toEqual(all);
  });
});

describe("frames", () => {
  const positions = Positions.parse(
    JSON.stringify({ version: 3, sources: ["a.ts"], names: ["lab/a/one", "two"], mappings: "QAEEA,QAAAA,AACCC" }),
  );

  const withCallee = Positions.parse(
    JSON.stringify({
      version: 3,
      sources: ["a.ts"],
      names: ["lab/a/one", "two", "lab/a/two"],
      mappings: "QAEEA,UAAAA,AACCC,MAHDC",
    }),
  );

  it("are found on the stacks of V8 and SpiderMonkey", () => {
    const v8 = "Error\n    at lab/a/one (wasm://wasm/aa11:wasm-function[3]:0x8)\n    at main (file:///x.js:1:2)";
    const spiderMonkey =
      "lab/a/one@file:///x.js line 7 > WebAssembly.Module:wasm-function[3]:0x8\nmain@file:///x.js:1:2";
    const frame = { function: "one", file: "a.ts", line: 3, column: 3 };
    expect(describeFrames(v8, positions)).toEqual([frame]);
    expect(describeFrames(spiderMonkey, positions)).toEqual([frame]);
  });

  it("of an inlined function come before those of the function that contains it", () => {
    const stack = "    at lab/a/one (wasm://wasm/aa11:wasm-function[3]:0x12)";
    expect(describeFrames(stack, positions).map(({ function: name, line }) => [name, line])).toEqual([
      ["two", 4],
      ["one", 3],
    ]);
  });

  it("of functions that only fill in default values are left out", () => {
    const map = { version: 3, sources: ["a.ts"], names: ["lab/a/one", "lab/a/one@varargs"], mappings: "QAEEA,QAAAC" };
    const stack = ["one (wasm:x:1:9)", "one@varargs (wasm:x:1:17)"].map((line) => `    at lab/a/${line}`).join("\n");
    const names = describeFrames(stack, Positions.parse(JSON.stringify(map))).map((frame) => frame.function);
    expect(names).toEqual(["one"]);
    const inlinedStub = "    at lab/a/two (wasm:x:1:25)\n    at lab/a/one (wasm:x:1:19)";
    const twoThenOne = describeFrames(inlinedStub, withCallee);
    expect(twoThenOne.map((frame) => [frame.function, frame.line])).toEqual([
      ["two", 1],
      ["one", 3],
    ]);
  });

  it("of other modules are left out", () => {
    expect(describeFrames("    at other (wasm://wasm/aa11:wasm-function[3]:0x8)", positions)).toEqual([]);
    expect(describeFrames("    at lab/a/one (wasm://wasm/aa11:wasm-function[3]:0x2)", positions)).toEqual([]);
  });

  it("are shown in one line, with the places of the innermost two and the names of the next", () => {
    const frame = (name: string): Frame => ({ function: name, file: "a.ts", line: 1, column: 2 });
    expect(framesText([])).toBe("");
    expect(framesText(["a", "b", "c"].map(frame))).toBe("a (a.ts:1:2) <- b (a.ts:1) <- c");
    expect(framesText([..."abcdefghij"].map(frame))).toMatch(/ <- h <- \.\.\.$/);
  });

  it("do not exist without a table of positions", async () => {
    const { create } = await fixtureMachine();
    const machine = create({ positions: undefined });
    machine.input("n");
    expect(machine.run()).toMatchObject({ kind: "fault", frames: [] });
  });
});
