/**
 * Random numbers that can be had again: xorshift with 32 bits of state, kept in memory. Whoever uses them prints the
 * seed, and the variable SEED of the environment chooses another.
 */
import { getenv, parseDecimal } from "../../libaos/arguments";

@unmanaged
class RandomState {
  value: u32;
}

const state = changetype<RandomState>(memory.data(4, 4));

/** Begins a sequence; each seed but zero, from which only zeros would come, has its own. */
export function randomSeed(seed: u32): void {
  state.value = seed == 0 ? 1 : seed;
}

/** Begins a sequence with this seed unless the environment names another; returns the seed. */
export function randomBegin(usual: u32): u32 {
  const chosen = getenv("SEED");
  randomSeed(chosen == 0 ? usual : parseDecimal(chosen));
  return state.value;
}

export function randomNext(): u32 {
  let x = state.value;
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  state.value = x;
  return x;
}

/** A number below `limit`, which is not zero. */
export function randomBelow(limit: u32): u32 {
  return u32((u64(randomNext()) * limit) >> 32);
}
