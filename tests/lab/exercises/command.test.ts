/** `typefish lab exercise`: an exercise is written into a folder, done there, and checked. */

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { ReadingExercise, WritingExercise } from "../../../lab/exercises/exercise";
import { EXERCISE_IDS, EXERCISES, exerciseOf } from "../../../lab/exercises/exercises";
import { RecordedRun, recordReading } from "../../../lab/exercises/reading/recorded-run";
import { learnerOf, seedOf } from "../../../lab/exercises/seed";
import { parsePoints } from "../../../lab/grade/points";
import type { CheckedFolder } from "../../../lab/node/exercise-check";
import { readReadingFiles } from "../../../lab/node/reading-files";
import { typefishMeanwhile } from "../../apps/cli/run";
import { solutionOf } from "./solutions";

const work = mkdtempSync(join(tmpdir(), "typefish-exercise-"));
afterAll(() => rmSync(work, { recursive: true }));

const POINTS = parsePoints(readFileSync("lab/grade/points.json", "utf8"));
const at = (name: string) => join(work, name);
const run = (...args: string[]) => typefishMeanwhile(["lab", "exercise", ...args]);
const checkedOf = (stdout: string) => (JSON.parse(stdout) as { exercises: CheckedFolder[] }).exercises;

async function write(id: string, name: string, folder = `${id}-${name}`): Promise<string> {
  const { status, stderr } = await run("new", id, at(folder), "--for", name);
  expect([status, stderr]).toEqual([0, ""]);
  return at(folder);
}

/** The answer to a reading exercise, found by trying every call. */
function answerFor(id: string, name: string): string {
  const exercise = exerciseOf(id) as ReadingExercise;
  const seed = seedOf(id, learnerOf(name, POINTS));
  const question = exercise.question(new RecordedRun(recordReading(readReadingFiles(), id, seed)));
  for (let call = question.from; call <= question.to; call++) if (question.judge(`${call}`).ok) return `${call}`;
  throw new Error("no call is the answer");
}

describe("lab exercise list", () => {
  it("shows the exercises, also as JSON with the seeds of a learner", async () => {
    const { status, stdout } = await run("list");
    expect(status).toBe(0);
    for (const { id, title } of EXERCISES)
      expect(stdout).toMatch(new RegExp(`^${id} .*${title.replace(/[?]/g, "\\?")}`, "m"));
    const rows = JSON.parse((await run("list", "--for", "Ann", "--json")).stdout) as { id: string; seed: number }[];
    expect(rows.map(({ id }) => id)).toEqual(EXERCISE_IDS);
    expect(rows[0]?.seed).toBe(seedOf("split", learnerOf("ann", POINTS)));
  });
});

describe("a writing exercise", async () => {
  const folder = await write("split", "ann");
  const split = exerciseOf("split") as WritingExercise;
  const { file } = split;
  const solved = at("solved");
  cpSync(folder, solved, { recursive: true });
  writeFileSync(join(solved, file), solutionOf(split));

  it("has a text with the learner's numbers, and what an editor needs", () => {
    const text = readFileSync(join(folder, "README.md"), "utf8");
    expect(text).toMatch(/^# Split without waste\n/);
    expect(text).toContain("Your numbers: a region of");
    expect(existsSync(join(folder, "libmm/node.ts"))).toBe(true);
    const { status, stdout } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", folder], {
      encoding: "utf8",
    });
    expect([status, stdout]).toEqual([0, ""]);
  });

  it("fails at the start, with an explanation and exit code 1", async () => {
    const { status, stdout } = await run("check", folder);
    expect(status).toBe(1);
    expect(stdout).toMatch(/FAILED {2}what lies behind the part stays free\n +Memory is lost\. Asked: /);
    expect(stdout).toMatch(/see libmm\/split\.ts:\d+/);
    expect(stdout).toContain("typefish: 0 of 1 solved, 0 of 1 point");
  });

  it("is solved by the solution, with exit code 0, and has a grade for programs", async () => {
    const { status, stdout } = await run("check", solved, "--json");
    expect(status).toBe(0);
    expect(checkedOf(stdout)[0]).toMatchObject({
      exercise: "split",
      for: "ann",
      ok: true,
      points: 1,
      of: 1,
      problems: [],
    });
  });

  it("that does not compile is reported at its line", async () => {
    const broken = at("broken");
    cpSync(folder, broken, { recursive: true });
    writeFileSync(join(broken, file), "const = 1;\n");
    const { status, stdout } = await run("check", broken, "--json");
    expect(status).toBe(1);
    expect(checkedOf(stdout)[0]?.problems[0]).toMatch(/^libmm\/split\.ts:1:/);
  });
});

describe("a reading exercise", async () => {
  const folder = await write("slot", "ann");

  it("has a question and a recording, which typefish calls shows", async () => {
    const text = readFileSync(join(folder, "README.md"), "utf8");
    const [, range = ""] = /npx typefish calls --recording run\.tfr (--from \d+ --to \d+)/.exec(text) ?? [];
    const { status, stdout } = await typefishMeanwhile([
      ...["calls", "--recording", join(folder, "run.tfr")],
      ...range.split(" "),
    ]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/= ok/);
  });

  it("is checked by the answer in answer.txt, or on the command line", async () => {
    const right = answerFor("slot", "ann");
    const wrong = await run("check", folder, "--answer", "1");
    expect([wrong.status, wrong.stdout.includes("The question is about the calls")]).toEqual([1, true]);
    writeFileSync(join(folder, "answer.txt"), `${right}\n`);
    expect((await run("check", folder)).status).toBe(0);
  });

  it("has another answer for another learner, whatever the recording in the folder is", async () => {
    const other = await run("check", folder, "--for", "somebody else", "--json");
    expect(checkedOf(other.stdout)[0]).toMatchObject({ for: "somebody else" });
    const [ann, bob] = [await write("leak", "ann"), await write("leak", "bob")];
    expect(readFileSync(join(ann, "run.tfr")).equals(readFileSync(join(bob, "run.tfr")))).toBe(false);
  });
});

describe("several folders", () => {
  it("are checked with the points and the class of the teacher's file", async () => {
    const file = at("class.json");
    const settings = { points: { G01: 1 }, exercises: { split: 2, slot: 3 }, exerciseSeed: 5, students: { ann: 17 } };
    writeFileSync(file, JSON.stringify(settings));
    const points = parsePoints(readFileSync(file, "utf8"));
    expect(seedOf("slot", learnerOf("ann", points))).not.toBe(seedOf("slot", learnerOf("ann", POINTS)));
    const listed = await run("list", "--points", file, "--json");
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { id: "split", points: 2 },
      { id: "slot", points: 3 },
    ]);
    const { status, stdout } = await run("check", at("solved"), at("split-ann"), "--points", file);
    expect(status).toBe(1);
    expect(stdout).toContain("typefish: 1 of 2 solved, 2 of 4 points");
    const mixed = await run("check", at("solved"), work, "--points", file);
    expect([mixed.status, mixed.stdout.includes("1 of 2 solved, 2 of 2 points")]).toEqual([1, true]);
    expect(mixed.stdout).toContain("is not the folder of an exercise");
    const refused = await run("check", at("leak-ann"), "--points", file, "--answer", "1");
    expect(refused.stderr).toBe("typefish: the exercise leak is not offered: the teacher's file does not name it\n");
  });
});

describe("the command refuses", () => {
  const note = (name: string, text: string) => {
    const folder = at(name);
    cpSync(at("split-ann"), folder, { recursive: true });
    writeFileSync(join(folder, "exercise.json"), text);
    return folder;
  };

  it.each([
    [() => ["new", "nothing", at("x"), "--for", "ann"], /there is no exercise 'nothing': there are split, align,/],
    [() => ["new", "split", at("split-ann"), "--for", "ann"], /split-ann is not empty: choose a folder/],
    [() => ["new", "split", at("x"), "--for", "  "], /--for must be a name or a number/],
    [() => ["new", "split", at("x")], /required option '--for <name>' not specified/],
    [() => ["check", at("nowhere")], /there is no folder .*nowhere/],
    [() => ["check", work], /is not the folder of an exercise: typefish lab exercise new writes one/],
    [() => ["check", note("n1", "{")], /exercise\.json is not JSON/],
    [() => ["check", note("n2", '{"exercise":"x"}')], /names the exercise "x": there are split/],
    [() => ["check", note("n3", '{"exercise":"split"}')], /must say whose numbers these are/],
    [() => ["check", at("split-ann"), at("slot-ann"), "--answer", "1"], /--answer is for one exercise/],
  ])("%#", async (args, message) => {
    const { status, stderr } = await run(...args());
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });

  it("a link in the place of the learner's file", async () => {
    const folder = note("link", '{"exercise":"split","for":"ann"}');
    rmSync(join(folder, "libmm/split.ts"));
    symlinkSync("/etc/passwd", join(folder, "libmm/split.ts"));
    const { status, stderr } = await run("check", folder);
    expect([status, stderr]).toEqual([2, `typefish: ${folder} has no file libmm/split.ts\n`]);
  });
});
