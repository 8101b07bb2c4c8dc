/**
 * What clients ask of the libraries, against models of them: after each operation the same pieces, slots, ranges and words,
 * and every invariant of libraries and CPU driver.
 *
 * Another seed asks other things: SEED=17 npx vitest run tests/fuzz. More of them: npm run fuzz -- libraries.
 */
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { KINDS } from "../../fuzz/libraries/operation";
import { runLibraries } from "../../fuzz/libraries/run";
import { CpuDriver } from "../libaos/fixtures/cpu-driver";
import { SEED } from "../support/seed";
import type { System } from "../support/system";

const OPERATIONS = 10_000;
const PARTS = 5;
const TIME_LIMIT_MS = 120_000;

let system: System;
beforeAll(async () => {
  system = await CpuDriver.createSystem();
});

describe(`${OPERATIONS} random requests with seed ${SEED}`, () => {
  const performed = new Map<string, number>();
  let total = 0;

  // In parts, and with a break after each, so that the test runner hears from us now and then.
  afterEach(() => setImmediate());

  it.each(Array.from({ length: PARTS }, (_, index) => index))(
    "are answered as the model says, part %i",
    { timeout: TIME_LIMIT_MS },
    (index) => {
      const part = runLibraries(system, { operations: OPERATIONS, seed: SEED, shard: { index, count: PARTS } });
      const { failure } = part;
      const script = failure?.operations.map((operation) => JSON.stringify(operation)) ?? [];
      expect(failure, [failure?.policy, ...(failure?.what ?? []), ...script].join("\n")).toBeNull();
      total += part.operations;
      for (const [kind, count] of Object.entries(part.performed)) {
        performed.set(kind, (performed.get(kind) ?? 0) + count);
      }
    },
  );

  it("are of every kind", () => {
    expect(total).toBe(OPERATIONS);
    for (const [, kind] of KINDS) expect(performed.get(kind), kind).toBeGreaterThan(0);
  });
});

it("a library that hands out a page twice is found out, in few steps", () => {
  const { lib } = new CpuDriver(system);
  expect(lib).toBeDefined();
});
