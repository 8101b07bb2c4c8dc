/** Figures about every call of a run, for the lanes and curves of the time view. It visits all moments, in pieces. */

import { Answer } from "../../../machines/calls/answer";
import type { Recording } from "../../../machines/hosted/recording/recording";
import { kindOfWords } from "../../../observe/calls/invoked-type";
import { CALL_KINDS, type CallKind, kindOf } from "../../../observe/calls/kinds";
import { VirtualReader } from "../../../observe/decode/address-space";
import { Unreadable } from "../../../observe/decode/damage";
import { PhysicalReader } from "../../../observe/decode/memory-reader";
import { KernelStateLayout } from "../../../system/cpudriver/layout/kernel-state-layout";
import { DomainLayout } from "../../../system/libaos/layout/domain-layout";
import { MmLayout } from "../../../system/libmm/layout/mm-layout";
import { UNKNOWN } from "../unknown";
import { momentAt } from "./source";

/** Columns for the calls `from` to `from + count - 1`. */
export interface TimelinePiece {
  from: number;
  count: number;
  /** Index in `CALL_KINDS`. */
  kind: Uint8Array;
  /** The outermost code of the error; 0 if the call succeeded or did not return. */
  error: Uint16Array;
  /** After the call: the number of capabilities, and the pages that libmm has handed out; or `UNKNOWN`. */
  capabilities: Uint32Array;
  usedPages: Uint32Array;
}

/** Calls of one piece. */
const MOST_CALLS = 20_000;

const WORDS_PER_CALL = 16;
const ANSWER_WORD = 12;

const KIND_INDEX = new Map(CALL_KINDS.map((kind, index) => [kind, index]));

/** Pages that the memory manager has handed out; 0 as long as there is none. */
function usedPages(reader: PhysicalReader, { ttbr0, domainState }: Recording): number {
  if (domainState === null) return 0;
  try {
    const user = new VirtualReader(reader, ttbr0);
    const manager = user.u32(domainState + DomainLayout.MM);
    if (manager === 0) return 0;
    return user.u32(manager + MmLayout.TOTAL_PAGES) - user.u32(manager + MmLayout.FREE_PAGES);
  } catch (error) {
    if (error instanceof Unreadable) return 0;
    throw error;
  }
}

/** What a call's words tell without memory: an invocation may be of any kind. */
const kindWithoutMemory = (word0: number): CallKind => kindOf(word0, null);

/**
 * Visits the calls from `from` on, as far as it gets in `milliseconds`, but at least one. Leaves memory at the last. It
 * does not record again: outside of the recording's window, figures about memory are `UNKNOWN`.
 */
export function timelinePiece(past: Recording, from: number, milliseconds: number): TimelinePiece {
  const until = performance.now() + milliseconds;
  const most = Math.min(past.calls - from + 1, MOST_CALLS);
  const kind = new Uint8Array(most);
  const error = new Uint16Array(most);
  const capabilities = new Uint32Array(most).fill(UNKNOWN);
  const pages = new Uint32Array(most).fill(UNKNOWN);
  const words = past.callWords;
  let count = 0;
  while (count < most) {
    const call = from + count;
    const at = WORDS_PER_CALL * call;
    const word0 = words[at] as number;
    const answer = new Answer(BigInt(words[at + ANSWER_WORD] as number));
    error[count] = answer.ok ? 0 : answer.code;
    const [before, after] = [momentAt(past, call - 1), momentAt(past, call)];
    let name: CallKind;
    if (past.holds(before) && past.holds(after)) {
      past.goTo(before);
      const reader = new PhysicalReader(past.dram, past.board.dram.base);
      name = kindOfWords(reader, past.kernelState, word0, words[at + 1] as number);
      past.goTo(after);
      capabilities[count] = reader.u32(past.kernelState + KernelStateLayout.MDB_COUNT);
      pages[count] = usedPages(reader, past);
    } else name = kindWithoutMemory(word0);
    kind[count] = KIND_INDEX.get(name) ?? 0;
    count++;
    if ((count & 63) === 0 && performance.now() > until) break;
  }
  return {
    from,
    count,
    kind: kind.slice(0, count),
    error: error.slice(0, count),
    capabilities: capabilities.slice(0, count),
    usedPages: pages.slice(0, count),
  };
}
