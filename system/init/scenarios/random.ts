/**
 * Reproducible random numbers: xorshift with 32 bits of state, kept in memory. A scenario that uses them prints the
 * seed. The environment variable SEED sets another one.
 */
import { getenv, parseDecimal } from "../../libaos/arguments";

@unmanaged
class RandomState {
  value: u32;
}

const state = changetype<RandomState>(memory.data(4, 4));

/** Starts a sequence. Each seed has its own, except 0, which would give only zeros. */
export function randomSeed(seed: u32): void {
  state.value = seed == 0 ? 1 : seed;
}

/** Starts a sequence with the seed `usual`, unless the environment sets another one. Returns the seed. */
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

/** A random number below `limit`, which must not be 0. */
export function randomBelow(limit: u32): u32 {
  return u32((u64(randomNext()) * limit) >> 32);
}
