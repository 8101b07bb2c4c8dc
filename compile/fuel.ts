/**
 * The timer of the hosted machine. Code that can run for ever pays one unit of fuel at each turn. When the fuel is used
 * up, the program calls the host, which can stop it. Fuel changes nothing else, so runs stay reproducible.
 *
 * Two kinds of code can run for ever: loops, and functions that call themselves, directly or through others.
 */
import type { CodeWriter } from "./wasm/code-writer";
import { type Instruction, Opcode } from "./wasm/instructions";

/** Turns between two calls of the host. This takes some milliseconds. */
export const TURNS_PER_TICK = 1 << 20;

/** Writes the payment of one unit. `fuel` is a global variable, and `tick` the function that calls the host. */
export function writePayment(code: CodeWriter, fuel: number, tick: number): void {
  code.op(Opcode.GLOBAL_GET, fuel).i32(1).op(Opcode.I32_SUB).op(Opcode.GLOBAL_SET, fuel);
  code.op(Opcode.GLOBAL_GET, fuel).op(Opcode.I32_EQZ).ifTrue();
  code.i32(TURNS_PER_TICK).op(Opcode.GLOBAL_SET, fuel);
  code.op(Opcode.CALL, tick);
  code.op(Opcode.END);
}

/**
 * Numbers of the functions that can reach themselves. `functions` holds the instructions of each function that the
 * module defines, and `first` is the number of the first of them. An indirect call may reach every function of
 * `inTables`.
 */
export function recursiveFunctions(
  functions: readonly (readonly Instruction[])[],
  first: number,
  inTables: readonly number[],
): Set<number> {
  const calls = new Map<number, Set<number>>();
  for (const [index, instructions] of functions.entries()) calls.set(first + index, calleesOf(instructions, inTables));
  removeLeaves(calls);
  const reachesItself = (from: number): boolean => {
    const seen = new Set<number>();
    const queue = [from];
    for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
      for (const callee of calls.get(index) ?? []) {
        if (callee === from) return true;
        if (!seen.has(callee)) queue.push(callee);
        seen.add(callee);
      }
    }
    return false;
  };
  return new Set([...calls.keys()].filter(reachesItself));
}

function calleesOf(instructions: readonly Instruction[], inTables: readonly number[]): Set<number> {
  const called = new Set<number>();
  for (const { opcode, immediates } of instructions) {
    if (opcode === Opcode.CALL) called.add(immediates[0] as number);
    if (opcode === Opcode.CALL_INDIRECT) for (const index of inTables) called.add(index);
  }
  return called;
}

/** Takes out the functions that reach no cycle of calls. In most programs these are nearly all. */
function removeLeaves(calls: Map<number, Set<number>>): void {
  for (let before = -1; before !== calls.size; ) {
    before = calls.size;
    for (const [index, callees] of calls) {
      if (![...callees].some((callee) => calls.has(callee))) calls.delete(index);
    }
  }
}
