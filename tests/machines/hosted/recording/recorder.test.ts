/**
 * The pass over a module, and the recorder: whatever a module stores, the log leads back to the memory before and forth
 * to the memory after. The stage is as small as it can be, so it overflows within large fills and copies.
 */
import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { describe, expect, it } from "vitest";
import { recordModule } from "../../../../compile/record";
import { withMemory } from "../../../../machines/boards/board";
import { pandaboardEs } from "../../../../machines/boards/pandaboard-es";
import { Positions } from "../../../../machines/hosted/frames";
import { builtFile, readRecorder } from "../../../../machines/hosted/node/load-images";
import { Log } from "../../../../machines/hosted/recording/log";
import { RecorderProbe } from "../../../../machines/hosted/recording/probe";
import { readMappings } from "../../../../machines/hosted/source-map";
import { fc } from "../../../support/property";

/** Stores of a module, with the bytes that each changes. `narrow` is aligned to one byte only. */
const STORES: [name: string, instruction: string, type: string, bytes: number][] = [
  ["store8", "i32.store8", "i32", 1],
  ["store16", "i32.store16", "i32", 2],
  ["store32", "i32.store", "i32", 4],
  ["store64", "i64.store", "i64", 8],
  ["float", "f32.store", "f32", 4],
  ["double", "f64.store", "f64", 8],
  ["narrow32", "i32.store align=1", "i32", 1],
  ["narrow64", "i64.store align=2", "i64", 1],
];
const OFFSET = 24;
const CONVERSIONS: Record<string, string> = {
  i32: "(local.get $value)",
  i64: "(i64.mul (i64.extend_i32_u (local.get $value)) (i64.const 0x100000001))",
  f32: "(f32.convert_i32_u (local.get $value))",
  f64: "(f64.convert_i32_u (local.get $value))",
};

const functions = STORES.map(([name, instruction, type]) => {
  const [store, alignment = ""] = instruction.split(" ");
  return `(func (export "${name}") (param $at i32) (param $value i32)
    (${store} offset=${OFFSET} ${alignment} (local.get $at) ${CONVERSIONS[type]}))`;
});
const MODULE = `(module (import "env" "memory" (memory 1)) ${functions.join("\n")}
  (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2))))`;

function compiled(): Uint8Array {
  const module = binaryen.parseText(MODULE);
  try {
    module.setFeatures(binaryen.Features.BulkMemory);
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

const { dram } = withMemory(pandaboardEs, 16 << 20);
/** The memory that is changed. */
const AREA = 0x10000;
const AREA_BYTES = 0x8000;

interface Bench {
  log: Log;
  memory: Int32Array;
  area: Uint8Array;
  run(name: string, ...parameters: number[]): void;
  /** Ends the epoch. */
  commit(): void;
}

const recorder = new WebAssembly.Module(readRecorder());

function bench(): Bench {
  const log = new Log();
  const memory = RecorderProbe.memoryFor(dram);
  const receiver = {
    takeLog: (words: Int32Array, sizes: Uint32Array) => log.append(words, sizes, "after"),
    takeCalls: () => {},
    faultEntered: () => {},
    faultLeft: () => {},
  };
  const settings = { from: 0, until: Number.POSITIVE_INFINITY, stageBytes: 0, logBytes: 1 << 20 };
  const probe = new RecorderProbe({ recorder, moved: (offset) => offset }, memory, receiver, settings);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(recordModule(compiled()).wasm), {
    ...probe.imports,
    env: { memory: memory.wasm },
  });
  probe.booted({ saveGlobals: () => {} } as never);
  return {
    log,
    memory: new Int32Array(memory.wasm.buffer),
    area: new Uint8Array(memory.wasm.buffer, AREA, AREA_BYTES),
    run: (name, ...parameters) => (instance.exports[name] as (...numbers: number[]) => void)(...parameters),
    commit: () => probe.finish(),
  };
}

type Action = { name: string; parameters: number[] };

const stores = fc
  .tuple(fc.constantFrom(...STORES), fc.nat(AREA_BYTES - 128), fc.nat(0xffff))
  .map(([[name, , , bytes], at, value]): Action => {
    // Stores that are said to be aligned are aligned, as the machine's are.
    const address = AREA + at - ((AREA + at + OFFSET) % bytes);
    return { name, parameters: [Math.max(AREA, address), value] };
  });
const lengths = fc.oneof(fc.nat(200), fc.nat(AREA_BYTES / 2 - 1));
const fills = fc
  .tuple(fc.nat(AREA_BYTES / 2), fc.constantFrom(0, 0, 1, 3), lengths)
  .map(([at, value, bytes]): Action => {
    return { name: "fill", parameters: [AREA + at, value, bytes] };
  });
const copies = fc.tuple(fc.nat(AREA_BYTES / 2), fc.nat(AREA_BYTES / 2), lengths).map(([to, from, bytes]): Action => {
  return { name: "copy", parameters: [AREA + to, AREA + from, bytes] };
});
const epochs = fc.array(fc.array(fc.oneof(stores, fills, copies), { maxLength: 12 }), { minLength: 1, maxLength: 6 });

/** Carries out actions on plain bytes. */
function expected(area: Uint8Array, { name, parameters }: Action): void {
  const [first, second, third] = parameters as [number, number, number];
  const at = first - AREA;
  if (name === "fill") area.fill(second, at, at + third);
  else if (name === "copy") area.copyWithin(at, second - AREA, second - AREA + third);
}

describe("the recorder", () => {
  it("leads back to the memory before each epoch, and forth again", () => {
    fc.assert(
      fc.property(epochs, (actions) => {
        const { log, memory, area, run, commit } = bench();
        const states = [{ epochs: 0, bytes: area.slice() }];
        for (const epoch of actions) {
          for (const action of epoch) {
            const before = area.slice();
            run(action.name, ...action.parameters);
            if (action.name !== "fill" && action.name !== "copy") continue;
            expected(before, action);
            expect(Buffer.compare(area, before)).toBe(0);
          }
          commit();
          states.push({ epochs: log.epochs, bytes: area.slice() });
        }
        let position = log.epochs;
        const goTo = ({ epochs: target, bytes }: (typeof states)[number]) => {
          log.move(position, target, memory);
          position = target;
          expect(Buffer.compare(area, bytes)).toBe(0);
        };
        for (const state of [...states].reverse()) goTo(state);
        for (const state of states) goTo(state);
      }),
      { numRuns: 40 },
    );
  });

  it("records each store of a module, also one that changes two lines", () => {
    for (const [name] of STORES) {
      const { log, memory, area, run, commit } = bench();
      area.fill(0x55);
      const before = area.slice();
      const isNarrow = name.startsWith("narrow");
      // With the offset, the store begins at the end of a line.
      run(name, AREA + 128 - OFFSET - (isNarrow ? 2 : 8), 0x1234);
      expect(Buffer.compare(area, before)).not.toBe(0);
      commit();
      log.move(log.epochs, 0, memory);
      expect([name, Buffer.compare(area, before)]).toEqual([name, 0]);
    }
  });
});

describe("the pass", () => {
  it("keeps the positions of the program's instructions", () => {
    const map = readFileSync(builtFile("init.wasm.map"), "utf8");
    const wasm = new Uint8Array(readFileSync(builtFile("init.wasm")));
    const recorded = recordModule(wasm);
    const offsets = readMappings(JSON.parse(map).mappings).map(({ offset }) => offset);
    const moved = offsets.map((offset) => recorded.moved(offset));
    offsets.forEach((offset, index) => {
      const to = moved[index] as number;
      if (index > 0 && offset > (offsets[index - 1] as number)) expect(to).toBeGreaterThan(moved[index - 1] as number);
      // The instruction itself is the same, but for the numbers of functions.
      expect(recorded.wasm[to]).toBe(wasm[offset]);
    });
    expect(Positions.parse(map).moved(recorded.moved)).toBeInstanceOf(Positions);
  });

  it("refuses memory.init", () => {
    const module = binaryen.parseText(
      `(module (import "env" "memory" (memory 1)) (data $d "x") (func (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1))))`,
    );
    module.setFeatures(binaryen.Features.BulkMemory);
    expect(() => recordModule(module.emitBinary())).toThrow(/memory.init cannot be recorded/);
    module.dispose();
  });
});
