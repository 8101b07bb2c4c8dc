/**
 * Calls of a program that means harm: whatever the words, the CPU driver stands and gives nothing away.
 *
 * Another seed makes other calls: SEED=17 npx vitest run tests/fuzz. More of them: npm run fuzz:syscalls.
 */
import { expect, it } from "vitest";
import { runHostile } from "../../fuzz/hostile/run";

const SEED = Number(process.env.SEED ?? 1);
const CALLS = 1_000_000;
const TIME_LIMIT_MS = 600_000;

it(
  `${CALLS} hostile system calls with seed ${SEED} do no harm, and get every answer that there is`,
  () => {
    const { calls, failure, missing } = runHostile({ calls: CALLS, seed: SEED });
    const words = failure?.words.map((list) => list.map((word) => `0x${word.toString(16)}`).join(" ")) ?? [];
    expect(failure, [...(failure?.what ?? []), ...words].join("\n")).toBeNull();
    expect(calls).toBe(CALLS);
    expect(missing).toEqual([]);
  },
  TIME_LIMIT_MS,
);
