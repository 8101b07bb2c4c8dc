/** A CPU driver that omits a flush, so the TLB keeps its entries from before a call. */

import type { Subject } from "../../evidence/fuzz/side-by-side";
import { Tlb } from "../../machines/hosted/mmu/layout";

/** Omits the flush of all calls whose first word is `firstWord`. */
export function forgetFlush({ machine }: Subject, firstWord: number): void {
  const tlb = new Uint8Array(machine.memory.wasm.buffer, Tlb.BASE, Tlb.BYTES);
  const honest = machine.call.bind(machine);
  machine.call = (words) => {
    const before = words[0] === firstWord ? tlb.slice() : null;
    const answer = honest(words);
    if (before) tlb.set(before);
    return answer;
  };
}
