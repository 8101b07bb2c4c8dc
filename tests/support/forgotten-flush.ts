/** A CPU driver that forgets a flush: what the TLB knew before a call, it knows afterwards. */

import type { Subject } from "../../evidence/fuzz/side-by-side";
import { Tlb } from "../../machines/hosted/mmu/layout";

/** `firstWord` says which calls. */
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
