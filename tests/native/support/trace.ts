/** System calls as rows of words: twelve in, error and value out. Calls that do not return leave no row. */
import type { Machine } from "../../../machine/machine";

export type Call = readonly number[];

const WORDS = 12;
const BYTES = (WORDS + 2) * 4;

type SystemCall = (...words: number[]) => bigint;

/** Fills the list that it returns, as the machine runs. */
export function recordCalls(machine: Machine): Call[] {
  const calls: Call[] = [];
  // biome-ignore lint/complexity/useLiteralKeys: private, and no part of what a machine is for
  const core = machine["core"] as { cpudriver: { syscall: SystemCall } };
  const { syscall } = core.cpudriver;
  const recorded = (...words: number[]) => {
    const result = syscall(...words);
    const unsigned = words.map((word) => word >>> 0);
    calls.push([...unsigned, Number(result & 0xffffffffn), Number(BigInt.asUintN(64, result) >> 32n)]);
    return result;
  };
  core.cpudriver = { ...core.cpudriver, syscall: recorded };
  return calls;
}

/** What native/kernel/trace.c wrote. */
export function nativeTrace(bytes: Uint8Array): Call[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / BYTES) }, (_, call) =>
    Array.from({ length: WORDS + 2 }, (_, word) => view.getUint32(call * BYTES + word * 4, true)),
  );
}

export function formatCall(call: Call): string {
  const words = call.map((word) => word.toString(16));
  return `${words.slice(0, WORDS).join(" ")} -> ${words.slice(WORDS).join(" ")}`;
}
