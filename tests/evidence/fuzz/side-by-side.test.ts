/**
 * Random operations on the CPU driver and on the model must give the same answers and the same state.
 *
 * `SEED=17 npx vitest run tests/evidence/fuzz` plays other operations; `npm run fuzz` plays more.
 */
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { run } from "../../../evidence/fuzz/run";
import { createSubject, playScript } from "../../../evidence/fuzz/side-by-side";
import { ModelSystem } from "../../../evidence/model/model-system";
import { Answer } from "../../../machines/calls/answer";
import { readTraces } from "../../../observe/traces/file";
import { playTrace } from "../../../observe/traces/play";
import { CapLevel } from "../../../system/kpi/cspace";
import { CallWords, invokeWord, VNodeCmd } from "../../../system/kpi/system-calls";
import { forgetFlush } from "../../support/forgotten-flush";
import { SEED } from "../../support/seed";

const OPERATIONS = 100_000;
const PARTS = 10;
const TIME_LIMIT_MS = 120_000;

const random = await createSubject();

describe(`${OPERATIONS} random operations with seed ${SEED}`, () => {
  const paths = new Map<string, number>();
  let total = 0;

  // The operations run in parts. A pause after each part lets the test runner receive messages.
  afterEach(() => setImmediate());

  it.each(Array.from({ length: PARTS }, (_, index) => index))(
    "have the same results on both, part %i",
    { timeout: TIME_LIMIT_MS },
    (index) => {
      const part = run(random, { operations: OPERATIONS, seed: SEED, shard: { index, count: PARTS } });
      expect(part.failure, part.failure ? [...part.failure.what, ...part.failure.script].join("\n") : "").toBeNull();
      total += part.operations;
      for (const { path, count } of part.paths) paths.set(path, (paths.get(path) ?? 0) + count);
    },
  );

  it("take every path that ends in an error", () => {
    expect(total).toBe(OPERATIONS);
    expect([...paths].flatMap(([path, count]) => (count === 0 ? [path] : []))).toEqual([]);
  });
});

it("the parts of a run together do all its operations", () => {
  const part = (index: number) => run(random, { operations: 2200, seed: SEED, shard: { index, count: 3 } });
  expect([0, 1, 2].map((index) => part(index).operations)).toEqual([1000, 700, 500]);
});

it("a CPU driver that reports success for unmap and does nothing is detected in few steps", async () => {
  const subject = await createSubject();
  const { machine } = subject;
  const honest = machine.call.bind(machine);
  const unmap = invokeWord(CallWords.Unmap, VNodeCmd.Unmap, CapLevel.L2);
  machine.call = (words) => {
    const answer = honest(words[0] === unmap ? [] : words);
    return words[0] === unmap ? new Answer(0n) : answer;
  };
  const { failure } = run(subject, { operations: 20_000, seed: SEED });
  expect(failure?.what.join()).toMatch(/model .*, machine /);
  const operations = failure?.script.slice(1, -1).map((line) => JSON.parse(line).op) ?? [];
  expect(operations).toContain("unmap");
  expect(operations.length).toBeLessThan(8);
});

it("a CPU driver that does not flush the TLB on unmap is detected in few steps", async () => {
  const subject = await createSubject();
  forgetFlush(subject, invokeWord(CallWords.Unmap, VNodeCmd.Unmap, CapLevel.L2));
  const { failure } = run(subject, { operations: 20_000, seed: SEED });
  expect(failure?.what.join()).toMatch(/through the TLB: model .*, MMU /);
  const operations = failure?.script.slice(1, -1).map((line) => JSON.parse(line).op) ?? [];
  expect(operations.at(-1)).toBe("unmap");
  expect(operations.length).toBeLessThan(12);
});

it("sequences that once showed a fault have the same results on both", () => {
  for (const trace of readTraces(fileURLToPath(new URL("../../fixtures/traces-found.jsonl", import.meta.url)))) {
    const operations = trace.steps.map(({ operation }) => operation);
    expect(playScript(random, trace.header, operations), trace.header.title).toBeNull();
    expect(playTrace(trace, new ModelSystem(trace.header)).differences).toEqual([]);
  }
});
