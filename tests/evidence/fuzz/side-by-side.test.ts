/**
 * The CPU driver against the model: random operations with the same answers and the same state afterwards.
 *
 * Another seed plays other operations: SEED=17 npx vitest run tests/evidence/fuzz. More of them: npm run fuzz.
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

  // In parts, and with a break after each, so that the test runner hears from us now and then.
  afterEach(() => setImmediate());

  it.each(Array.from({ length: PARTS }, (_, index) => index))(
    "go alike, part %i",
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

it("parts of a run are the rounds of the whole", () => {
  const part = (index: number) => run(random, { operations: 2200, seed: SEED, shard: { index, count: 3 } });
  expect([0, 1, 2].map((index) => part(index).operations)).toEqual([1000, 700, 500]);
});

it("a CPU driver that only says that it unmapped is found out, in few steps", async () => {
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

it("a CPU driver that does not flush the TLB when it unmaps is found out, in few steps", async () => {
  const subject = await createSubject();
  forgetFlush(subject, invokeWord(CallWords.Unmap, VNodeCmd.Unmap, CapLevel.L2));
  const { failure } = run(subject, { operations: 20_000, seed: SEED });
  expect(failure?.what.join()).toMatch(/through the TLB: model .*, MMU /);
  const operations = failure?.script.slice(1, -1).map((line) => JSON.parse(line).op) ?? [];
  expect(operations.at(-1)).toBe("unmap");
  expect(operations.length).toBeLessThan(12);
});

it("what random operations have found stays found", () => {
  for (const trace of readTraces(fileURLToPath(new URL("../../fixtures/traces-found.jsonl", import.meta.url)))) {
    const operations = trace.steps.map(({ operation }) => operation);
    expect(playScript(random, trace.header, operations), trace.header.title).toBeNull();
    expect(playTrace(trace, new ModelSystem(trace.header)).differences).toEqual([]);
  }
});
