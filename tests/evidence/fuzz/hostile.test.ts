/**
 * System calls of a hostile program. Whatever words it passes, the CPU driver must not crash or leak memory or rights.
 *
 * `SEED=17 npx vitest run tests/evidence/fuzz` makes other calls; `npm run fuzz:syscalls` makes more.
 */
import { setImmediate } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { WANTED } from "../../../evidence/fuzz/hostile/paths";
import { runHostile } from "../../../evidence/fuzz/hostile/run";
import { createVictim } from "../../../evidence/fuzz/hostile/victim";
import { SEED } from "../../support/seed";

const PARTS = 20;
const CALLS = 50_000;
const TIME_LIMIT_MS = 120_000;

describe(`${PARTS * CALLS} hostile system calls from seed ${SEED} on`, () => {
  const answers = new Set<string>();
  const machine = createVictim();

  // The calls run in parts, each with its own seed. A pause after each part lets the test runner receive messages.
  afterEach(() => setImmediate());

  it.each(Array.from({ length: PARTS }, (_, index) => SEED + index))(
    "do no harm, seed %i",
    {
      timeout: TIME_LIMIT_MS,
    },
    (seed) => {
      const { calls, failure, answers: given } = runHostile({ machine, calls: CALLS, seed });
      const words = failure?.words.map((list) => list.map((word) => `0x${word.toString(16)}`).join(" ")) ?? [];
      expect(failure, [...(failure?.what ?? []), ...words].join("\n")).toBeNull();
      expect(calls).toBe(CALLS);
      for (const { name } of given) answers.add(name);
    },
  );

  it("get every possible answer", () => {
    expect(WANTED.filter((name) => !answers.has(name))).toEqual([]);
  });
});
