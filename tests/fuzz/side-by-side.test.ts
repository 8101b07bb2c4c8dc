/**
 * The CPU driver against the model: random operations with the same answers and the same state afterwards.
 *
 * Another seed plays other operations: SEED=17 npx vitest run tests/fuzz. More of them: npm run fuzz.
 */
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { pandaboardEs } from "../../boards/pandaboard-es";
import { run } from "../../fuzz/run";
import { playScript } from "../../fuzz/side-by-side";
import { CapLevel } from "../../kpi/cspace";
import { CallWords, invokeWord, VNodeCmd } from "../../kpi/system-calls";
import { Answer } from "../../machine/direct/answer";
import { DirectMachine } from "../../machine/direct/direct-machine";
import { loadSystemImages } from "../../machine/node/load-images";
import { readTraces } from "../../traces/file";
import { playTrace } from "../../traces/play";
import { ModelSystem } from "../model/model-system";
import { SEED } from "../support/seed";

const OPERATIONS = 100_000;
const PARTS = 10;
const TIME_LIMIT_MS = 120_000;

const createMachine = () => DirectMachine.create({ board: pandaboardEs, images: loadSystemImages() });

describe(`${OPERATIONS} random operations with seed ${SEED}`, () => {
  const machine = createMachine();
  const paths = new Map<string, number>();
  let total = 0;

  // In parts, and with a break after each, so that the test runner hears from us now and then.
  afterEach(() => setImmediate());

  it.each(Array.from({ length: PARTS }, (_, index) => index))(
    "go alike, part %i",
    { timeout: TIME_LIMIT_MS },
    (index) => {
      const part = run(machine, { operations: OPERATIONS, seed: SEED, shard: { index, count: PARTS } });
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
  const machine = createMachine();
  const part = (index: number) => run(machine, { operations: 2200, seed: SEED, shard: { index, count: 3 } });
  expect([0, 1, 2].map((index) => part(index).operations)).toEqual([1000, 700, 500]);
});

it("a CPU driver that only says that it unmapped is found out, in few steps", () => {
  const machine = createMachine();
  const honest = machine.call.bind(machine);
  const unmap = invokeWord(CallWords.Unmap, VNodeCmd.Unmap, CapLevel.L2);
  machine.call = (words) => {
    const answer = honest(words[0] === unmap ? [] : words);
    return words[0] === unmap ? new Answer(0n) : answer;
  };
  const { failure } = run(machine, { operations: 20_000, seed: SEED });
  expect(failure?.what.join()).toMatch(/model .*, machine /);
  const operations = failure?.script.slice(1, -1).map((line) => JSON.parse(line).op) ?? [];
  expect(operations).toContain("unmap");
  expect(operations.length).toBeLessThan(8);
});

it("what random operations have found stays found", () => {
  const machine = createMachine();
  for (const trace of readTraces(fileURLToPath(new URL("../fixtures/traces-found.jsonl", import.meta.url)))) {
    const operations = trace.steps.map(({ operation }) => operation);
    expect(playScript(machine, trace.header, operations), trace.header.title).toBeNull();
    expect(playTrace(trace, new ModelSystem(trace.header)).differences).toEqual([]);
  }
});
