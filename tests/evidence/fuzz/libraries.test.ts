/**
 * What clients ask of the libraries, against models of them: after each operation the same pieces, slots, ranges and words,
 * and every invariant of libraries and CPU driver.
 *
 * Another seed asks other things: SEED=17 npx vitest run tests/evidence/fuzz. More of them: npm run fuzz -- libraries.
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

  // In parts, and with a break after each, so that the test runner hears from us now and then.
  afterEach(() => setImmediate());

  it.each(Array.from({ length: PARTS }, (_, index) => index))(
    "are answered as the model says, part %i",
    { timeout: TIME_LIMIT_MS },
    (index) => {
      const part = runLibraries(system, { operations: OPERATIONS, seed: SEED, shard: { index, count: PARTS } });
      const { failure } = part;
      expect(failure, failure ? [...failure.what, ...failure.script].join("\n") : "").toBeNull();
      total += part.operations;
      for (const { path, count } of part.paths) answers.set(path, (answers.get(path) ?? 0) + count);
    },
  );

  it("get every answer that there is", () => {
    expect(total).toBe(OPERATIONS);
    expect([...answers].flatMap(([answer, count]) => (count === 0 ? [answer] : []))).toEqual([]);
  });
});

it("a CPU driver that only says that it revoked is found out, in few steps", () => {
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
  // Whichever it was that should have gone: what was made of a piece, or a frame that is mapped.
  expect(failure?.what.join()).toMatch(/model .*, libraries /);
  const operations = failure?.script.slice(1).map((line) => JSON.parse(line).op) ?? [];
  expect(operations.length).toBeGreaterThan(0);
  expect(operations.length).toBeLessThan(6);
});
