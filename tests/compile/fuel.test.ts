/** Code that can run for ever calls the host again and again. Other code does not pay for it. */
import binaryen from "binaryen";
import { describe, expect, it } from "vitest";
import { TURNS_PER_TICK } from "../../compile/fuel";
import { rewriteProgram } from "../../compile/rewrite";
import { MACHINE_PAGE, MACHINE_PAGE_BYTES } from "../../machines/hosted/mmu/layout";

class Stopped extends Error {}

/** Calls the function "run" of a module, and stops it at the given tick. Returns the number of ticks. */
function ticksOf(text: string, argument: number, stopAt = 1000): number {
  const parsed = binaryen.parseText(`(module (import "env" "memory" (memory 1)) ${text})`);
  const { wasm } = rewriteProgram(parsed.emitBinary(), () => true);
  parsed.dispose();
  const pages = (MACHINE_PAGE + MACHINE_PAGE_BYTES) / 0x10000;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  let ticks = 0;
  const timerTick = () => {
    if (++ticks === stopAt) throw new Stopped();
  };
  const mmu = { loadMiss: () => {}, storeMiss: () => {} };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), { env: { memory }, mmu, hw: { timerTick } });
  try {
    (instance.exports.run as (argument: number) => void)(argument);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  return ticks;
}

/** Counts its argument down to zero. */
const LOOP = `(func (export "run") (param $n i32)
  (loop $again (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))`;

/** Halves its argument, and calls itself twice with the half, until it is zero. */
const TREE = `(func $tree (export "run") (param $n i32)
  (if (local.get $n) (then
    (call $tree (i32.shr_u (local.get $n) (i32.const 1)))
    (call $tree (i32.shr_u (local.get $n) (i32.const 1))))))`;

const THROUGH_OTHERS = TREE.replaceAll("call $tree", "call $other").concat(
  "(func $other (param i32) (call $tree (local.get 0)))",
);

describe("fuel", () => {
  it("is one unit for each turn of a loop", () => {
    expect(ticksOf(LOOP, 1)).toBe(0);
    expect(ticksOf(LOOP, TURNS_PER_TICK - 1)).toBe(0);
    expect(ticksOf(LOOP, TURNS_PER_TICK)).toBe(1);
    expect(ticksOf(LOOP, 3 * TURNS_PER_TICK)).toBe(3);
  });

  it("lets the host stop a loop that does not end", () => {
    expect(ticksOf('(func (export "run") (param i32) (loop $again (br $again)))', 0, 3)).toBe(3);
  });

  it("is one unit for each call of a function that can reach itself", () => {
    // A call with 2^k leads to 2^(k + 2) - 1 calls.
    const calls = TURNS_PER_TICK * 4;
    expect(ticksOf(TREE, calls / 4)).toBe(3);
    expect(ticksOf(TREE, calls / 8)).toBe(1);
  });

  it("is paid by each function of a circle", () => {
    expect(ticksOf(THROUGH_OTHERS, TURNS_PER_TICK / 2)).toBe(3);
  });

  it("is not paid by code that always ends", () => {
    const calls = "(call $leaf (local.get 0)) ".repeat(100);
    const text = `(func $leaf (param i32)) (func $many (param i32) ${calls}) (func (export "run") (param i32)
      ${"(call $many (local.get 0)) ".repeat(100)})`;
    const parsed = binaryen.parseText(`(module (import "env" "memory" (memory 1)) ${text})`);
    const { wasm } = rewriteProgram(parsed.emitBinary(), () => true);
    parsed.dispose();
    const rewritten = binaryen.readBinary(wasm);
    expect(rewritten.emitText()).not.toContain("call $timerTick");
    rewritten.dispose();
  });

  it("is paid by functions that may reach themselves through a table", () => {
    const text = `(type $f (func (param i32))) (table 2 funcref) (elem (i32.const 1) $tree)
      (func $tree (export "run") (param $n i32) (if (local.get $n) (then
        (call_indirect (type $f) (i32.shr_u (local.get $n) (i32.const 1)) (i32.const 1))
        (call_indirect (type $f) (i32.shr_u (local.get $n) (i32.const 1)) (i32.const 1)))))`;
    expect(ticksOf(text, TURNS_PER_TICK)).toBe(3);
  });
});
