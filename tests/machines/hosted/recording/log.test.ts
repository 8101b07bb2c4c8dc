/** The log takes memory to any epoch in any order, whatever parts of it were stepped through before. */
import { describe, expect, it } from "vitest";
import { LINE_WORDS } from "../../../../machines/hosted/recording/entries";
import { Log } from "../../../../machines/hosted/recording/log";
import { CLEARED, FILLED, RUN, WHOLE_LINE } from "../../../../machines/hosted/recording/recorder/layout";
import { fc } from "../../../support/property";

const LINES = 24;
/** So small that each log has several chunks, and epochs that are chunks of their own. */
const CHUNK_WORDS = 1024;

/** Words to change in a line, or lines to write whole; zero clears them. Few values, so that words change back. */
const word = fc.record({ line: fc.nat(LINES - 1), mask: fc.integer({ min: 1, max: WHOLE_LINE }), value: fc.nat(2) });
const run = fc.record({ line: fc.nat(LINES - 9), lines: fc.integer({ min: 1, max: 8 }), value: fc.nat(2) });
const epoch = fc.oneof(
  { weight: 4, arbitrary: fc.uniqueArray(word, { maxLength: 3, selector: ({ line }) => line }) },
  { weight: 1, arbitrary: fc.tuple(run) },
);
type Change = { line: number; value: number } & ({ mask: number } | { lines: number });

/** Changes memory, and returns the entry of the change with its old words. */
function carryOut(change: Change, memory: Int32Array): number[] {
  const first = change.line * LINE_WORDS;
  if ("mask" in change) {
    const words = Array.from({ length: LINE_WORDS }, (_, bit) => bit).filter((bit) => (change.mask >> bit) & 1);
    const old = words.map((bit) => memory[first + bit] as number);
    for (const bit of words) memory[first + bit] = change.value;
    return [change.line, change.mask, ...old];
  }
  const { line, lines, value } = change;
  const old = [...memory.subarray(first, first + lines * LINE_WORDS)];
  memory.fill(value, first, first + lines * LINE_WORDS);
  if (value === 0) return [line, RUN | CLEARED | lines, ...old];
  if (old.every((each) => each === 0)) return [line, RUN | FILLED | lines, ...old.map(() => value)];
  return [line, RUN | lines, ...old];
}

/** Runs the epochs. The recorder hands the log over in parts, as the number of epochs in each says. */
function recorded(epochs: readonly (readonly Change[])[], parts: readonly number[]) {
  const log = new Log(CHUNK_WORDS);
  const memory = new Int32Array(LINES * LINE_WORDS);
  const states = [memory.slice()];
  let [words, sizes]: [number[], number[]] = [[], []];
  const handOver = () => {
    log.append(Int32Array.from(words), Uint32Array.from(sizes), "after");
    [words, sizes] = [[], []];
  };
  for (const changes of epochs) {
    const entries = changes.flatMap((change) => carryOut(change, memory));
    words.push(...entries);
    sizes.push(entries.length);
    states.push(memory.slice());
    if (sizes.length === parts[states.length % parts.length]) handOver();
  }
  handOver();
  return { log, memory, states };
}

const runs = {
  epochs: fc.array(epoch, { minLength: 1, maxLength: 300, size: "max" }),
  parts: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 }),
  /** Where to go, as a share of the log. */
  jumps: fc.array(
    fc.oneof(
      fc.constantFrom(0, 1),
      fc.nat(1000).map((share) => share / 1000),
    ),
    {
      maxLength: 30,
      size: "max",
    },
  ),
};

describe("the log", () => {
  it("takes memory to the state after any number of epochs, in any order", () => {
    fc.assert(
      fc.property(runs.epochs, runs.parts, runs.jumps, (epochs, parts, jumps) => {
        const { log, memory, states } = recorded(epochs, parts);
        let position = log.epochs;
        for (const jump of jumps) {
          const target = Math.round(jump * log.epochs);
          log.move(position, target, memory);
          position = target;
          expect(memory).toEqual(states[target]);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("has the new words when it is saved, whatever was done before", () => {
    fc.assert(
      fc.property(runs.epochs, runs.parts, runs.jumps, (epochs, parts, jumps) => {
        const { log, memory, states } = recorded(epochs, parts);
        let position = log.epochs;
        for (const target of [...jumps.map((jump) => Math.round(jump * log.epochs)), 0]) {
          log.move(position, target, memory);
          position = target;
        }
        const { words, sizes } = log.contents(memory);
        expect(memory).toEqual(states[0]);
        const opened = new Log(CHUNK_WORDS);
        opened.append(Int32Array.from(words.flatMap((part) => [...part])), sizes, "before");
        for (const [target, state] of states.entries()) {
          opened.move(Math.max(0, target - 1), target, memory);
          expect(memory).toEqual(state);
        }
        // The log itself goes on from there.
        opened.move(opened.epochs, 0, memory);
        log.move(0, log.epochs, memory);
        expect(memory).toEqual(states.at(-1));
      }),
      { numRuns: 25 },
    );
  });
});
