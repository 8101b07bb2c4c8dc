/** The reading exercises: every seed gives a question with one answer, and near misses get a sentence that helps. */
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Question, ReadingExercise } from "../../../lab/exercises/exercise";
import { EXERCISES } from "../../../lab/exercises/exercises";
import { parseAnswer, RecordedRun, recordReading } from "../../../lab/exercises/reading/recorded-run";
import { readReadingFiles } from "../../../lab/node/reading-files";

const files = readReadingFiles();
const SEEDS = Array.from({ length: 6 }, (_, index) => 7919 * index);
const reading = EXERCISES.filter((exercise): exercise is ReadingExercise => exercise.kind === "read");

interface Asked {
  run: RecordedRun;
  question: Question;
}

async function ask(exercise: ReadingExercise, seed: number): Promise<Asked> {
  // Recordings never wait for anything. The test runner must get a turn, to exchange messages.
  await setImmediate();
  const run = new RecordedRun(recordReading(files, exercise.id, seed));
  return { run, question: exercise.question(run) };
}

const exerciseOf = (id: string) => reading.find((exercise) => exercise.id === id) as ReadingExercise;

/** All calls of the question, and all slots that hold something before, in or after it. */
function candidates({ run, question }: Asked): string[] {
  const calls = Array.from({ length: question.to - question.from + 1 }, (_, index) => question.from + index);
  const slots = new Set(calls.flatMap((call) => run.held(call).map(({ slot }) => `0x${slot.toString(16)}`)));
  return [...calls.map(String), ...slots];
}

const rightAnswers = (asked: Asked): string[] => candidates(asked).filter((answer) => asked.question.judge(answer).ok);

describe.each(reading.map((exercise) => [exercise.id, exercise] as const))("the exercise %s", (id, exercise) => {
  it("has one answer for every seed, and seeds have different questions and answers", async () => {
    const all: Asked[] = [];
    for (const seed of SEEDS) all.push(await ask(exercise, seed));
    const answers = all.map(rightAnswers);
    // A leak has two answers that mean the same: the slot, and the call that filled it.
    const expected = id === "leak" ? 2 : 1;
    for (const [index, found] of answers.entries()) expect(found, `seed ${SEEDS[index]}`).toHaveLength(expected);
    expect(new Set(answers.map((found) => found.join())).size).toBeGreaterThan(3);
    expect(new Set(all.map(({ question }) => JSON.stringify(question.text))).size).toBeGreaterThan(3);
  });

  it("has the same question for the same seed, also in a recording that was saved and opened", async () => {
    const { run, question } = await ask(exercise, 5);
    const { Recording } = await import("../../../machines/hosted/recording/recording");
    const opened = await Recording.open(await run.recording.save(), files.images.recorder);
    expect(exercise.question(new RecordedRun(opened)).text).toEqual(question.text);
  });

  it("says what an answer looks like, and which calls the question is about", async () => {
    const { question } = await ask(exercise, 5);
    expect(question.judge("no idea")).toEqual({ ok: false, says: expect.stringMatching(/^Answer with /) });
    if (id !== "retype") expect(question.judge("1").says).toMatch(/^The question is about the calls \d+ to \d+\. 1 is/);
  });

  it("describes every wrong answer", async () => {
    const asked = await ask(exercise, 5);
    for (const answer of candidates(asked)) {
      const { says } = asked.question.judge(answer);
      expect(says, answer).toMatch(/^[A-Z].*[.?]$/s);
      expect(says).not.toContain("undefined");
    }
  });
});

describe("near misses", () => {
  /** What is said about any wrong answer, for all seeds. */
  async function saidAbout(id: string): Promise<string> {
    const said: string[] = [];
    for (const seed of SEEDS) {
      const asked = await ask(exerciseOf(id), seed);
      said.push(...candidates(asked).map((answer) => asked.question.judge(answer).says));
    }
    return said.join("\n");
  }

  it.each([
    ["leak", [/That piece is freed\. Call \d+ is delete/, /never|no later call deletes it/]],
    ["writable", [/for reading only/, /a later call took that right away again/, /It took the right to write away/]],
    [
      "fault",
      [/After it, the write works/, /the walk ends with a fault: The L2 descriptor is not valid/, /may not write/],
    ],
    [
      "retype",
      [/source of the retype/, /held a capability of the page, but call \d+ emptied it/, /does not lie in the page/],
    ],
    ["slot", [/It filled the slot/, /a later call filled it again/, /is revoke\(.*It emptied slot/]],
  ])("of %s", async (id, sentences) => {
    const said = await saidAbout(id);
    for (const sentence of sentences) expect(said).toMatch(sentence);
  });
});

describe("an answer", () => {
  it.each([
    ["417", { call: 417 }],
    ["call 417", { call: 417 }],
    [" 0x702 ", { address: 0x702 }],
    ["slot 0x702", { address: 0x702 }],
    ["page 0x80341000.", { address: 0x80341000 }],
    ["", null],
    ["the third one", null],
  ])("'%s' is read", (text, expected) => {
    expect(parseAnswer(text)).toEqual(expected);
  });
});
