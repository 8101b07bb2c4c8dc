/**
 * A program's access is translated when it happens: a load at its place in the code, a store after its value was
 * computed. The code of the accesses agrees with the MMU. These tests check rewritten modules, and programs on the hosted
 * machine.
 */
import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { beforeAll, describe, expect, it } from "vitest";
import { compileProgramFiles } from "../../compile/node/files";
import { rewriteProgram } from "../../compile/rewrite";
import { instructionsOf, LOADED_BYTES, Opcode, STORES } from "../../compile/wasm/instructions";
import { bodyOf, functionNames, readBodies, readSections, SectionId } from "../../compile/wasm/sections";
import { withMemory } from "../../machines/boards/board";
import { pandaboardEs } from "../../machines/boards/pandaboard-es";
import { Machine } from "../../machines/hosted/machine";
import { MACHINE_PAGE, MACHINE_PAGE_BYTES, Register, Tlb } from "../../machines/hosted/mmu/layout";
import { ProcessorMode } from "../../machines/hosted/mmu/processor-mode";
import { builtFile, loadSystemImages } from "../../machines/hosted/node/load-images";
import { DRAM_BASE, MmuBench } from "../machines/hosted/fixtures/mmu";
import { fc } from "../support/property";
import { FAULTS, frameBases, linesAfterFrames, POSSIBLE, POSSIBLE_LINES, STORES_PROGRAM } from "../support/stores";

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

function rewritten(text: string): WebAssembly.Module {
  return new WebAssembly.Module(rewriteProgram(compile(text), () => true).wasm);
}

const PAGES = (MACHINE_PAGE + MACHINE_PAGE_BYTES) / 0x10000;

/**
 * Calls the function "run" of a module and records its actions in order. All translations miss the TLB, so that each one
 * is recorded, and addresses are offsets. The program's call `change` returns 1, 2, 3 ...
 */
function eventsOf(text: string, ...parameters: number[]): { events: string[]; memory: DataView } {
  const events: string[] = [];
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
  const tlb = new Uint32Array(memory.buffer, Tlb.BASE, Tlb.BYTES / 4);
  tlb.fill(Tlb.INVALID);
  for (let entry = 0; entry < Tlb.BYTES; entry += Tlb.ENTRY_SIZE) tlb[(entry + Tlb.ADDEND) / 4] = 0;
  const translate = (name: string) => (address: number, bytes: number) => {
    events.push(`${name} ${bytes} at ${address}`);
  };
  let calls = 0;
  const change = () => {
    events.push("change");
    return ++calls;
  };
  const imports = {
    env: { memory, change },
    mmu: { loadMiss: translate("load"), storeMiss: translate("store") },
    hw: { timerTick: () => {} },
  };
  const instance = new WebAssembly.Instance(rewritten(text), imports);
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

describe("the rewriting of accesses", () => {
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
    ["memory.fill", "(memory.fill (i32.const 0) (i32.const 0) (i32.const 4))", "memory.fill in a program (0xfc 11)"],
    ["memory.copy", "(memory.copy (i32.const 0) (i32.const 0) (i32.const 4))", "memory.copy in a program (0xfc 10)"],
    ["an atomic access", "(drop (i32.atomic.rmw.add (i32.const 0) (i32.const 4)))", "an atomic instruction: 0xfe 30"],
    ["an atomic store", "(i32.atomic.store (i32.const 0) (i32.const 4))", "an atomic instruction: 0xfe 23"],
    ["a vector access", "(v128.store (i32.const 0) (v128.load (i32.const 16)))", "a vector instruction: 0xfd 0"],
  ])("refuses other instructions that reach memory: %s", (_, code, refused) => {
    const wasm = compile(`(func (export "run") ${code})`);
    expect(() => rewriteProgram(wasm, () => true)).toThrow(`wasm: the build does not know ${refused}`);
  });

  it("refuses a second memory", () => {
    const wasm = compile(`(memory $other 1) (func (i32.store $other (i32.const 0) (i32.const 0)))`);
    expect(() => rewriteProgram(wasm, () => true)).toThrow("wasm: an access to a second memory");
  });
});

/** The address of the MMU's own state. It is past the end of all DRAM, so no translation leads there. */
const MMU_STATE = 0x40000000;

/**
 * Lists the accesses of a finished program that do not come directly after their own translation, that is, with another
 * call or another access in between.
 */
function badAccesses(wasm: Uint8Array): { bad: string[]; loads: number; stores: number } {
  const sections = readSections(wasm);
  const names = functionNames(sections);
  const bodies = readBodies(bodyOf(sections, SectionId.CODE));
  const bad: string[] = [];
  const counts = { loads: 0, stores: 0 };
  const firstBody = names.size - bodies.length;
  for (const [number, { code }] of bodies.entries()) {
    const name = names.get(firstBody + number) as string;
    let translated = "nothing";
    let constant = 0;
    for (const { opcode, immediates } of instructionsOf(code)) {
      const loaded = LOADED_BYTES.get(opcode);
      const stored = STORES.get(opcode)?.bytes;
      if (opcode === Opcode.I32_CONST) constant = immediates[0] as number;
      else if (opcode === Opcode.CALL || opcode === Opcode.CALL_INDIRECT) {
        const callee = names.get(immediates[0] as number);
        const isMiss = opcode === Opcode.CALL && (callee === "loadMiss" || callee === "storeMiss");
        translated = isMiss ? `${constant} ${callee}` : "nothing";
      } else if ((stored || loaded) && (immediates[1] as number) < MMU_STATE) {
        const wanted = stored ? `${stored} storeMiss` : `${loaded} loadMiss`;
        if (translated !== wanted) bad.push(`${name}: ${wanted}, translated: ${translated}`);
        translated = "nothing";
        counts[stored ? "stores" : "loads"]++;
      }
    }
  }
  return { bad, ...counts };
}

describe("each access of a finished program directly follows its translation", () => {
  it("in init", () => {
    const { bad, loads, stores } = badAccesses(readFileSync(builtFile("init.wasm")));
    expect(bad).toEqual([]);
    expect(loads).toBeGreaterThan(1000);
    expect(stores).toBeGreaterThan(500);
  });
});

describe("a program on the hosted machine", async () => {
  const { wasm, elf } = await compileProgramFiles(STORES_PROGRAM);
  const board = withMemory(pandaboardEs, 0x4000000);

  function run(environment: string) {
    const modules = [{ string: `${environment} init`, elf }];
    const machine = Machine.create({ board, images: { ...loadSystemImages(), init: wasm }, modules });
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

/** The loads in the order of `LOADED_BYTES`. */
const LOADS = [
  ...["i32.load", "i64.load", "f32.load", "f64.load", "i32.load8_s", "i32.load8_u", "i32.load16_s", "i32.load16_u"],
  ...["i64.load8_s", "i64.load8_u", "i64.load16_s", "i64.load16_u", "i64.load32_s", "i64.load32_u"],
];

describe("the code of an access and the MMU", () => {
  const kinds = [
    ...LOADS.map((name, index) => ({ name, bytes: [...LOADED_BYTES.values()][index] as number, write: false })),
    ...KINDS.map(([name, , bytes]) => ({ name, bytes, write: true })),
  ];
  const functions = kinds.map(({ name, write }) => {
    const value = `(${name.slice(0, 3)}.const 1)`;
    const body = write ? `(${name} (local.get 0) ${value})` : `(drop (${name} (local.get 0)))`;
    return `(func (export "${name}") (param i32) ${body})`;
  });
  let byProgram: MmuBench;
  let byMmu: MmuBench;
  let exports: WebAssembly.Exports;
  beforeAll(async () => {
    const create = await MmuBench.compile();
    [byProgram, byMmu] = [create(), create()];
    exports = byProgram.instantiate(rewritten(functions.join(" "))).exports;
  });

  const access = fc.record({
    kind: fc.constantFrom(...kinds),
    va: fc.oneof(fc.integer({ min: 0, max: 0x3fffff }), fc.constantFrom(0x100000, 0x1ffff8, 0x200ffc, 0xfffffff8)),
    flush: fc.boolean(),
  });
  const section = fc.record({ base: fc.integer({ min: 0, max: 17 }), ap: fc.integer({ min: 0, max: 7 }) });

  it("agree on translation, permission, alignment and the order of aborts, whatever the TLB holds", () => {
    fc.assert(
      fc.property(fc.array(section, { minLength: 4, maxLength: 4 }), fc.array(access), (sections, accesses) => {
        for (const bench of [byProgram, byMmu]) {
          bench.registers.reset();
          const table = DRAM_BASE + 0x4000;
          bench.registers.writeTtbr0(table);
          bench.registers.writeTtbcr(0);
          bench.registers.writeDacr(0x55555555);
          sections.forEach(({ base, ap }, index) => {
            const attributes = ((ap & 3) << 10) | ((ap & 4) << 13) | 2;
            bench.word(table + index * 4, ((DRAM_BASE + base * 0x100000) | attributes) >>> 0);
          });
          bench.registers.writeSctlr(1);
        }
        for (const { kind, va, flush } of accesses) {
          const run = exports[kind.name] as (va: number) => void;
          const status = byMmu.userStatus(va, kind);
          expect([kind, va.toString(16), byProgram.statusOf(() => run(va))]).toEqual([kind, va.toString(16), status]);
          if (status === 0 && kind.write) byMmu.memory.all.setUint8(byMmu.user(va, kind) - DRAM_BASE, 1);
          if (flush) for (const bench of [byProgram, byMmu]) bench.registers.tlbFlushPage(va);
          for (const register of [Register.DFAR, Register.DFSR]) {
            expect(byProgram.memory.all.getUint32(register)).toBe(byMmu.memory.all.getUint32(register));
          }
          const [ours, theirs] = [byProgram, byMmu].map(
            (bench) => new Uint8Array(bench.memory.wasm.buffer, Tlb.BASE, Tlb.BYTES),
          );
          expect(ours).toEqual(theirs);
        }
      }),
    );
  });
});

describe("a system call", () => {
  it("records the processor's mode before and after it", () => {
    const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
    const view = new DataView(memory.buffer);
    const modes: number[] = [];
    const record = () => modes.push(view.getUint32(Register.MODE, true));
    const module = rewritten(`(import "kernel" "syscall" (func $syscall (param i32) (result i64)))
      (func (export "run") (result i64) (call $syscall (i32.const 7)))`);
    const kernel = {
      syscall(word: number) {
        record();
        return BigInt(word);
      },
    };
    const mmu = { loadMiss: record, storeMiss: record };
    const { exports } = new WebAssembly.Instance(module, { env: { memory }, kernel, mmu, hw: { timerTick: record } });
    expect((exports.run as () => bigint)()).toBe(7n);
    record();
    expect(modes).toEqual([ProcessorMode.SUPERVISOR, ProcessorMode.USER]);
  });

  it("may not be made through a table, where its mode would not be recorded", () => {
    const text = `(import "kernel" "syscall" (func $syscall)) (table 1 funcref) (elem (i32.const 0) $syscall)
      (func (export "run") (call_indirect (i32.const 0)))`;
    expect(() => rewritten(text)).toThrow("wasm: an imported function in a table");
  });
});
