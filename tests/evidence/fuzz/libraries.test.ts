/**
 * Random requests to the libraries, compared with models of them. After each operation, pieces, slots, ranges and words
 * must be the same, and every invariant of the libraries and the CPU driver must hold.
 *
 * `SEED=17 npx vitest run tests/evidence/fuzz` makes other requests; `npm run fuzz -- libraries` makes more.
 */
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { runLibraries } from "../../../evidence/fuzz/libraries/run";
import { CpuDriver } from "../../../evidence/harness/libraries/cpu-driver";
import type { System } from "../../../evidence/harness/system";
import { CNodeCmd, invokeCommand } from "../../../system/kpi/system-calls";
import { SEED } from "../../support/seed";

const OPERATIONS = 10_000;
const PARTS = 5;
const TIME_LIMIT_MS = 120_000;

let system: System;
beforeAll(async () => {
  system = await CpuDriver.createSystem();
});

describe(`${OPERATIONS} random requests with seed ${SEED}`, () => {
  const answers = new Map<string, number>();
  let total = 0;

  // The requests run in parts. A pause after each part lets the test runner receive messages.
  afterEach(() => setImmediate());

  it.each(Array.from({ length: PARTS }, (_, index) => index))(
    "get the answers of the model, part %i",
    { timeout: TIME_LIMIT_MS },
    (index) => {
      const part = runLibraries(system, { operations: OPERATIONS, seed: SEED, shard: { index, count: PARTS } });
      const { failure } = part;
      expect(failure, failure ? [...failure.what, ...failure.script].join("\n") : "").toBeNull();
      total += part.operations;
      for (const { path, count } of part.paths) answers.set(path, (answers.get(path) ?? 0) + count);
    },
  );

  it("get every possible answer", () => {
    expect(total).toBe(OPERATIONS);
    expect([...answers].flatMap(([answer, count]) => (count === 0 ? [answer] : []))).toEqual([]);
  });
});

it("a CPU driver that reports success for revoke and does nothing is detected in few steps", () => {
  const { machine } = system;
  const honest = machine.startProgram.bind(machine);
  machine.startProgram = (systemCall) =>
    honest((pass) => {
      const lie: typeof pass = (...words) =>
        invokeCommand(words[0] as number) === CNodeCmd.Revoke ? 0n : pass(...words);
      return systemCall ? systemCall(lie) : lie;
    });
  const { failure } = runLibraries(system, { operations: 5000, seed: SEED });
  machine.startProgram = honest;
  // The capability that should be gone may be a descendant of a piece or a mapped frame.
  expect(failure?.what.join()).toMatch(/model .*, libraries /);
  const operations = failure?.script.slice(1).map((line) => JSON.parse(line).op) ?? [];
  expect(operations.length).toBeGreaterThan(0);
  expect(operations.length).toBeLessThan(6);
});
