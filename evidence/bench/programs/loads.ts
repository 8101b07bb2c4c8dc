/**
 * A chain of loads. The build compiles this file twice: into the benchmark program, whose every access asks the MMU,
 * and by itself into a module that reads memory as it is.
 */

const WORDS: u32 = 4096;
/** Bytes that a chain takes: four pages. */
export const CHASE_BYTES: u32 = WORDS * 4;

@unmanaged
class Link {
  next: u32;
}

/** Lays the chain: from each word to one far away, through all of them. */
export function chaseInit(base: u32): void {
  for (let i: u32 = 0; i < WORDS; i++) {
    changetype<Link>(usize(base + i * 4)).next = base + ((i * 1365 + 7) % WORDS) * 4;
  }
}

/** Follows the chain for `count` loads; returns where it ends, so that no compiler leaves it out. */
export function chase(base: u32, count: u32): u32 {
  let at = base;
  for (let i: u32 = 0; i < count; i++) at = changetype<Link>(usize(at)).next;
  return at;
}
