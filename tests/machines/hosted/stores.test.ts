/**
 * A program's access is translated when it happens: a load at its place in the code, a store after its value was
 * computed. These tests check the modules that the build makes, and programs on the hosted machine.
 */
import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { describe, expect, it } from "vitest";
import { withMemory } from "../../../machines/boards/board";
import { pandaboardEs } from "../../../machines/boards/pandaboard-es";
import { Machine } from "../../../machines/hosted/machine";
import { builtFile, loadSystemImages } from "../../../machines/hosted/node/load-images";
import { withStoredValuesFirst } from "../../../tools/build/stores";
import { buildUserProgram } from "../../../tools/build/user-program";
import { Reader, readSections, SectionId } from "../../../tools/build/wasm-binary";
import { functionBodies, instructionsOf, LOADED_BYTES, Opcode, STORES } from "../../../tools/build/wasm-code";
import { FAULTS, frameBases, linesAfterFrames, POSSIBLE, POSSIBLE_LINES, STORES_PROGRAM } from "../../support/stores";

function compile(text: string): Uint8Array {
  const module = binaryen.parseText(`(module (import "env" "memory" (memory 1)) ${text})`);
  try {
    const { Features } = binaryen;
    module.setFeatures(Features.BulkMemory | Features.Atomics | Features.SIMD128);
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

/** Instruments a module as `tools/build/user-program.ts` does. */
function instrumented(wasm: Uint8Array): Uint8Array<ArrayBuffer> {
  const module = binaryen.readBinary(withStoredValuesFirst(wasm));
  try {
    module.runPasses(["instrument-memory"]);
    if (!module.validate()) throw new Error("not valid");
    return new Uint8Array(module.emitBinary());
  } finally {
    module.dispose();
  }
}

/** Calls the function "run" of a module and records its actions in order. The program's call `change` returns 1, 2, 3 ... */
function eventsOf(text: string, ...parameters: number[]): { events: string[]; memory: DataView } {
  const events: string[] = [];
  const memory = new WebAssembly.Memory({ initial: 1 });
  const translate = (name: string) => (_id: number, bytes: number, offset: number, address: number) => {
    events.push(`${name} ${bytes} at ${address + offset}`);
    return address;
  };
  const value = (_id: number, stored: number | bigint) => stored;
  const kinds = ["i32", "i64", "f32", "f64"].flatMap((type) => [`load_val_${type}`, `store_val_${type}`]);
  let calls = 0;
  const change = () => {
    events.push("change");
    return ++calls;
  };
  const translations = { load_ptr: translate("load"), store_ptr: translate("store") };
  const growth = { memory_grow_pre: value, memory_grow_post: value };
  const env = { memory, change, ...translations, ...growth, ...Object.fromEntries(kinds.map((kind) => [kind, value])) };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(instrumented(compile(text))), { env });
  (instance.exports.run as (...parameters: number[]) => void)(...parameters);
  return { events, memory: new DataView(memory.buffer) };
}

const CHANGE = `(import "env" "change" (func $change (result i32)))`;

/** Each store instruction, the conversion from a number to its value, its size in bytes, and a function that reads it. */
const KINDS: [store: string, conversion: string, bytes: number, read: (memory: DataView, at: number) => number][] = [
  ["i32.store", "", 4, (memory, at) => memory.getUint32(at, true)],
  ["i32.store8", "", 1, (memory, at) => memory.getUint8(at)],
  ["i32.store16", "", 2, (memory, at) => memory.getUint16(at, true)],
  ["i64.store", "i64.extend_i32_u", 8, (memory, at) => Number(memory.getBigUint64(at, true))],
  ["i64.store8", "i64.extend_i32_u", 1, (memory, at) => memory.getUint8(at)],
  ["i64.store16", "i64.extend_i32_u", 2, (memory, at) => memory.getUint16(at, true)],
  ["i64.store32", "i64.extend_i32_u", 4, (memory, at) => memory.getUint32(at, true)],
  ["f32.store", "f32.convert_i32_u", 4, (memory, at) => memory.getFloat32(at, true)],
  ["f64.store", "f64.convert_i32_u", 8, (memory, at) => memory.getFloat64(at, true)],
];

describe.each(KINDS)("%s", (store, conversion, bytes, read) => {
  const converted = (value: string) => (conversion ? `(${conversion} ${value})` : value);

  it("is translated after its value was computed", () => {
    const text = `${CHANGE} (func (export "run") (param i32)
      (${store} offset=8 (local.get 0) ${converted("(call $change)")}))`;
    const { events, memory } = eventsOf(text, 64);
    expect(events).toEqual(["change", `store ${bytes} at 72`]);
    expect(read(memory, 72)).toBe(1);
  });

  it("may have a value whose computation contains a store of the same kind", () => {
    const inner = `(${store} (i32.const 16) ${converted("(call $change)")})`;
    const value = converted(`(block (result i32) ${inner} (call $change))`);
    const { events, memory } = eventsOf(`${CHANGE} (func (export "run") (${store} (i32.const 32) ${value}))`);
    expect(events).toEqual(["change", `store ${bytes} at 16`, "change", `store ${bytes} at 32`]);
    expect([read(memory, 16), read(memory, 32)]).toEqual([1, 2]);
  });

  it("still computes its address before its value", () => {
    const address = "(i32.mul (call $change) (i32.const 8))";
    const text = `${CHANGE} (func (export "run") (${store} ${address} ${converted("(call $change)")}))`;
    const { events, memory } = eventsOf(text);
    expect(events).toEqual(["change", "change", `store ${bytes} at 8`]);
    expect(read(memory, 8)).toBe(2);
  });
});

describe("the rewriting of stores", () => {
  it("does not disturb the function's own locals", () => {
    const text = `(func (export "run") (param $a i32) (param $b i32) (local $c i32) (local $d i64) (local $e i32)
      (local.set $c (i32.add (local.get $a) (local.get $b)))
      (local.set $e (i32.const 7))
      (i32.store (local.get $c) (local.get $a))
      (i64.store (i32.const 0) (i64.add (local.get $d) (i64.const 5)))
      (i32.store (i32.const 8) (i32.add (local.get $c) (local.get $e))))`;
    const { memory } = eventsOf(text, 40, 24);
    expect([memory.getUint32(64, true), memory.getUint32(0, true), memory.getUint32(8, true)]).toEqual([40, 5, 71]);
  });

  it("writes a sum to the page that the field is in after the call", () => {
    const sum = "(i32.add (i32.load (i32.const 4)) (call $change))";
    const { events } = eventsOf(`${CHANGE} (func (export "run") (i32.store (i32.const 4) ${sum}))`);
    expect(events).toEqual(["load 4 at 4", "change", "store 4 at 4"]);
  });

  it("leaves loads where they are", () => {
    const load = "(i32.load (i32.const 4))";
    const around = `(i32.add ${load} (i32.add (call $change) ${load}))`;
    const text = `${CHANGE} (func (export "run") (drop ${around}) (drop (i32.load8_u (call $change))))`;
    expect(eventsOf(text).events).toEqual(["load 4 at 4", "change", "load 4 at 4", "change", "load 1 at 2"]);
  });

  it("accepts stores that are never reached, and values that never arrive", () => {
    const never = "(func $never (unreachable) (i64.store (i32.const 0) (i64.const 1)))";
    const leaves = '(func (export "run") (i32.store (i32.const 0) (return)))';
    expect(eventsOf(never + leaves).events).toEqual([]);
  });

  it.each([
    ["memory.fill", "(memory.fill (i32.const 0) (i32.const 0) (i32.const 4))", "0xfc 11"],
    ["memory.copy", "(memory.copy (i32.const 0) (i32.const 0) (i32.const 4))", "0xfc 10"],
    ["an atomic access", "(drop (i32.atomic.rmw.add (i32.const 0) (i32.const 4)))", "0xfe"],
    ["an atomic store", "(i32.atomic.store (i32.const 0) (i32.const 4))", "0xfe"],
    ["a vector access", "(v128.store (i32.const 0) (v128.load (i32.const 16)))", "0xfd"],
  ])("refuses other instructions that reach memory: %s", (_, code, opcode) => {
    const wasm = compile(`(func (export "run") ${code})`);
    expect(() => withStoredValuesFirst(wasm)).toThrow(`wasm: the build does not know instruction ${opcode}`);
  });

  it("refuses a second memory", () => {
    const wasm = compile(`(memory $other 1) (func (i32.store $other (i32.const 0) (i32.const 0)))`);
    expect(() => withStoredValuesFirst(wasm)).toThrow("wasm: an access to a second memory");
  });
});

/** The names of all functions, with imported ones first. */
function functionNames(wasm: Uint8Array): Map<number, string> {
  const NAMES_OF_FUNCTIONS = 1;
  const text = (reader: Reader) => new TextDecoder().decode(reader.take(reader.unsigned()));
  for (const { id, body } of readSections(wasm)) {
    const section = new Reader(body);
    if (id !== SectionId.CUSTOM || text(section) !== "name") continue;
    while (!section.done) {
      const kind = section.byte();
      const names = new Reader(section.take(section.unsigned()));
      if (kind !== NAMES_OF_FUNCTIONS) continue;
      return new Map(Array.from({ length: names.unsigned() }, () => [names.unsigned(), text(names)]));
    }
  }
  throw new Error("the module has no names");
}

/** The prefix of the MMU's own functions, which the build merges into the program. */
const MMU = "machines/hosted/mmu/";
const MISS = "machines/hosted/mmu/access/miss";
/** The address of the MMU's own state. It is past the end of all DRAM, so no translation leads there. */
const MMU_STATE = 0x40000000;

/**
 * Lists the stores of a finished program that do not come directly after their own translation, that is, with another
 * call or another access in between.
 */
function badAccesses(wasm: Uint8Array): { bad: string[]; loads: number; stores: number } {
  const names = functionNames(wasm);
  const bodies = functionBodies(wasm);
  const module = binaryen.readBinary(wasm);
  const firstBody = module.getNumFunctions() - bodies.length;
  module.dispose();
  const bad: string[] = [];
  const counts = { loads: 0, stores: 0 };
  for (const [number, { code }] of bodies.entries()) {
    const name = names.get(firstBody + number) as string;
    if (name.startsWith(MMU)) continue;
    let translated = "nothing";
    let constants: number[] = [];
    for (const { opcode, immediates } of instructionsOf(code)) {
      const loaded = LOADED_BYTES.get(opcode);
      const stored = STORES.get(opcode)?.bytes;
      if (opcode === Opcode.I32_CONST) constants.push(immediates[0] as number);
      else if (opcode === Opcode.CALL || opcode === Opcode.CALL_INDIRECT) {
        const isMiss = opcode === Opcode.CALL && names.get(immediates[0] as number) === MISS;
        translated = isMiss ? constants.slice(-2).join(" ") : "nothing";
      } else if (stored || (loaded && Math.max(immediates[1] as number, constants.at(-1) ?? 0) < MMU_STATE)) {
        const wanted = stored ? `${stored} 1` : `${loaded} 0`;
        // Loads of two branches may share the instruction that follows them.
        if (stored && translated !== wanted) bad.push(`${name}: ${wanted}, translated: ${translated}`);
        translated = "nothing";
        counts[stored ? "stores" : "loads"]++;
      }
      if (opcode !== Opcode.I32_CONST) constants = [];
    }
  }
  return { bad, ...counts };
}

describe("each store of a finished program directly follows its translation", () => {
  it("in init", () => {
    const { bad, loads, stores } = badAccesses(readFileSync(builtFile("init.wasm")));
    expect(bad).toEqual([]);
    expect(loads).toBeGreaterThan(1000);
    expect(stores).toBeGreaterThan(500);
  });
});

describe("a program on the hosted machine", async () => {
  const { wasm, elf } = await buildUserProgram(STORES_PROGRAM);
  const board = withMemory(pandaboardEs, 0x4000000);

  function run(environment: string) {
    const modules = [{ string: `${environment} init`, elf }];
    const machine = Machine.create({ board, images: { ...loadSystemImages(), init: new Uint8Array(wasm) }, modules });
    return { machine, result: machine.run(), text: machine.consoleText };
  }

  it("accesses the page that is mapped at the time, not an earlier one", () => {
    const { result, text } = run(POSSIBLE);
    expect(linesAfterFrames(text.split("\n"))).toEqual(POSSIBLE_LINES);
    expect(result).toEqual({ kind: "exit", status: 0 });
  });

  it.each(FAULTS)("is stopped, and its word is stored nowhere: %s", (environment) => {
    const { machine, result, text } = run(environment);
    expect(text).toContain("user program stopped: translation fault (page) writing address 1f000000");
    expect(result.kind).toBe("fault");
    for (const base of frameBases(text))
      expect(machine.readPhysical(base, 4096).every((byte) => byte === 0)).toBe(true);
  });
});
