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
import type { Shard } from "../../../observe/text/shard";
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

it("the parts of a run make the same calls as the whole run", () => {
  const machine = createVictim();
  const run = (shard?: Shard) => runHostile({ machine, calls: 30_000, seed: SEED, shard });
  const whole = run();
  const parts = [run({ index: 0, count: 2 }), run({ index: 1, count: 2 })];
  expect(parts.map(({ calls }) => calls)).toEqual([20_000, 10_000]);
  const countOf = (name: string, { answers }: ReturnType<typeof run>) =>
    answers.find((answer) => answer.name === name)?.count ?? 0;
  for (const { name, count } of whole.answers) {
    expect(
      parts.reduce((sum, part) => sum + countOf(name, part), 0),
      name,
    ).toBe(count);
  }
});
