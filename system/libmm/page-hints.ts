/**
 * Guesses of the page at which the memory of a capability begins.
 *
 * A manager that takes memory back by its capability alone must find the piece. The CPU driver knows the address, but a
 * call to identify the capability takes longer than everything else. So an allocation notes the page by the slot of the
 * capability, in a table that is shared by slots whose addresses have the same low bits. Whoever uses a guess must make
 * sure that it is right.
 */
import { capAddr, capref } from "../libaos/capref";

@unmanaged
class PageHint {
  /** A page number; 0 if none was noted. */
  page: u32;
}

const HINTS: u32 = 1024;
const hints = memory.data(HINTS * 4, 4);

function hintOf(cap: capref): PageHint {
  return changetype<PageHint>(hints + ((capAddr(cap) & (HINTS - 1)) << 2));
}

/** Notes that the memory of `cap` begins at a page. */
export function pageHintSet(cap: capref, page: u32): void {
  hintOf(cap).page = page;
}

/** The page that was noted last for a slot with the low bits of this one. */
export function pageHint(cap: capref): u32 {
  return hintOf(cap).page;
}
