/** The words that the library passes to the CPU driver. */
import { beforeAll, beforeEach, expect, it } from "vitest";
import { buildLibraryAlone } from "../../../evidence/harness/libraries/build";
import { CPTR_ROOTCN } from "../../../system/kpi/cspace";
import { CallWords, callNumber, callWords, SysCall } from "../../../system/kpi/system-calls";

type Exports = Record<string, (...args: (number | bigint)[]) => number | bigint>;

const MEMORY_PAGES = 256;
const REGISTERS = 12;

let lib: Exports;
let calls: number[][];

beforeAll(async () => {
  const memory = new WebAssembly.Memory({ initial: MEMORY_PAGES });
  const syscall = (...words: number[]) => {
    calls.push(words.map((word) => word >>> 0));
    return 0n;
  };
  const module = new WebAssembly.Module(await buildLibraryAlone());
  lib = new WebAssembly.Instance(module, { env: { memory }, kernel: { syscall } }).exports as Exports;
});

beforeEach(() => {
  calls = [];
});

const OWN_SLOT = (1n << 63n) | (BigInt(CPTR_ROOTCN) << 32n) | 0x107n;

it.each<[string, number, number, (number | bigint)[]]>([
  ["sysNop", SysCall.NOP, 1, []],
  ["sysYield", SysCall.YIELD, CallWords.YIELD, []],
  ["sysPrint", SysCall.PRINT, CallWords.PRINT, [0x1000, 5]],
  ["sysDebugWith", SysCall.DEBUG, CallWords.DEBUG, [3, 4]],
  ["capDelete", SysCall.INVOKE, CallWords.Delete, [OWN_SLOT]],
  ["vnodeUnmap", SysCall.INVOKE, CallWords.Unmap, [OWN_SLOT, OWN_SLOT]],
  ["capRetype", SysCall.INVOKE, CallWords.Retype, [OWN_SLOT, OWN_SLOT, 0n, 1, 4096n, 1]],
])("%s counts its words, and passes 0 in those that it does not count", (name, number, count, args) => {
  lib[name]!(...args);
  expect(calls).toHaveLength(1);
  const words = calls[0]!;
  expect(words).toHaveLength(REGISTERS);
  expect(callNumber(words[0]!)).toBe(number);
  expect(callWords(words[0]!)).toBe(count);
  expect(words.slice(count)).toEqual(Array(REGISTERS - count).fill(0));
});

it("sysPrint and sysDebugWith pass their arguments", () => {
  lib.sysPrint!(0x1000, 5);
  lib.sysDebugWith!(3, 4);
  expect(calls.map((words) => words.slice(1, 3))).toEqual([
    [0x1000, 5],
    [3, 4],
  ]);
});
