/** System calls as rows of words: the counted argument words, then error and value. A call that does not return has no row. */

import type { Machine } from "../../../../machines/hosted/machine";
import { callWords } from "../../../../system/kpi/system-calls";

export type Call = readonly number[];

const MAX_WORDS = 12;

function countedWords(word0: number): number {
  return Math.min(Math.max(callWords(word0), 1), MAX_WORDS);
}

type SystemCall = (...words: number[]) => bigint;

/** Returns a list that grows with each call while the machine runs. */
export function recordCalls(machine: Machine): Call[] {
  const calls: Call[] = [];
  // biome-ignore lint/complexity/useLiteralKeys: private, and not part of the machine's interface
  const core = machine["core"] as { cpudriver: { syscall: SystemCall } };
  const { syscall } = core.cpudriver;
  const recorded = (...words: number[]) => {
    const result = syscall(...words);
    const counted = words.slice(0, countedWords(words[0] as number)).map((word) => word >>> 0);
    calls.push([...counted, Number(result & 0xffffffffn), Number(BigInt.asUintN(64, result) >> 32n)]);
    return result;
  };
  core.cpudriver = { ...core.cpudriver, syscall: recorded };
  return calls;
}

/** Decodes the bytes that machines/native/kernel/trace.c wrote. */
export function nativeTrace(bytes: Uint8Array): Call[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (index: number) => view.getUint32(index * 4, true);
  const calls: Call[] = [];
  for (let at = 0; at * 4 < bytes.length; ) {
    const first = at;
    at += countedWords(word(first)) + 2;
    calls.push(Array.from({ length: at - first }, (_, index) => word(first + index)));
  }
  return calls;
}

export function formatCall(call: Call): string {
  const words = call.map((word) => word.toString(16));
  return `${words.slice(0, -2).join(" ")} -> ${words.slice(-2).join(" ")}`;
}
