/** Files of grades: a merge notices what is missing or doubled, and an interrupted file is continued. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Grade } from "../../lab/grade/grade";
import { mergeResults, type Place, ResultsFile } from "../../lab/node/results";

const folder = mkdtempSync(join(tmpdir(), "typefish-results-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const newPath = () => join(folder, `${++files}.jsonl`);
const grade = (name: string, earned = 10): Grade => ({
  name,
  ok: true,
  earned,
  total: 10,
  problems: [],
  scenarios: [],
});
const place = (index: number, count = 3): Place => ({ index, count });

type Row = [name: string, key: string, place: Place, earned?: number];
function fileOf(...rows: Row[]): string {
  const path = newPath();
  writeFileSync(path, "");
  const file = new ResultsFile(path);
  for (const [name, key, at, earned] of rows) file.add(key, at, grade(name, earned));
  return path;
}
const summary = (grades: Grade[]) => grades.map(({ name, earned }) => `${name} ${earned}`);

const ANN: Row = ["ann", "a", place(0)];
const BOB: Row = ["bob", "b", place(1)];
const CEM: Row = ["cem", "c", place(2)];

describe("the files of all parts", () => {
  it("are merged in the order of the command line", () => {
    expect(summary(mergeResults([fileOf(BOB), fileOf(CEM, ANN)]))).toEqual(["ann 10", "bob 10", "cem 10"]);
  });

  it("give one grade for a submission that was graded again after a change", () => {
    const files = [fileOf(["ann", "old", place(0), 3], BOB, ANN), fileOf(CEM)];
    expect(summary(mergeResults(files))).toEqual(["ann 10", "bob 10", "cem 10"]);
  });

  it("give one grade for a submission that two files have with the same key", () => {
    expect(summary(mergeResults([fileOf(ANN, BOB), fileOf(ANN, CEM)]))).toEqual(["ann 10", "bob 10", "cem 10"]);
  });

  it("leave out what a file holds from before the class changed", () => {
    const left = fileOf(["zoe", "z", place(3, 4)], ANN, BOB, CEM);
    const renamed = fileOf(["rob", "r", place(1)], ANN, BOB, CEM);
    expect(summary(mergeResults([left]))).toEqual(["ann 10", "bob 10", "cem 10"]);
    expect(summary(mergeResults([renamed]))).toEqual(["ann 10", "bob 10", "cem 10"]);
  });

  it.each([
    ["a part is missing", () => [fileOf(ANN, CEM)], /^1 of 3 submissions are missing \(number 2\): a part is missing/],
    [
      "many submissions are missing",
      () => [fileOf(["ann", "a", place(0, 9)])],
      /^8 of 9 submissions are missing \(number 2, 3, 4, 5, 6 and 3 more\)/,
    ],
    [
      "a submission has two different grades",
      () => [fileOf(ANN, BOB), fileOf(["ann", "other", place(0)], CEM)],
      /^ann has two different grades, in .*\.jsonl and .*\.jsonl: grade it again/,
    ],
    [
      "two submissions have the same place",
      () => [fileOf(ANN, BOB), fileOf(["dan", "d", place(1)], CEM)],
      /^bob and dan are both submission 2 of 3: the parts had different folders/,
    ],
    [
      "the classes differ in size",
      () => [fileOf(ANN, BOB), fileOf(["cem", "c", place(2, 4)])],
      /is from a class of 3 submissions, .* from one of 4$/,
    ],
    ["there are no grades", () => [fileOf()], /^there is no grade in /],
    ["a file does not exist", () => [join(folder, "none")], /^there is no file /],
    ["an interrupted line was the last grade", () => [cut(fileOf(ANN, BOB, CEM))], /^1 of 3 submissions are missing/],
  ])("are refused if %s", (_what, paths, message) => {
    expect(() => mergeResults(paths())).toThrow(message);
  });
});

/** Cuts off the end of the last line, as an interruption does. */
function cut(path: string): string {
  writeFileSync(path, readFileSync(path, "utf8").slice(0, -20));
  return path;
}

describe("a file that an interrupted run left", () => {
  it("is continued after its last whole line", () => {
    const path = cut(fileOf(ANN, BOB));
    const file = new ResultsFile(path);
    expect(file.known("ann", "a", place(0))?.name).toBe("ann");
    expect(file.known("bob", "b", place(1))).toBeUndefined();
    file.add("b", place(1), grade("bob"));
    file.add("c", place(2), grade("cem"));
    expect(summary(mergeResults([path]))).toEqual(["ann 10", "bob 10", "cem 10"]);
  });

  it("does not give a grade for a submission that has changed", () => {
    expect(new ResultsFile(fileOf(ANN)).known("ann", "other", place(0))).toBeUndefined();
  });

  it("keeps a grade when the class gets larger, with its new place", () => {
    const path = fileOf(["bob", "b", place(0, 1)]);
    const file = new ResultsFile(path);
    expect(file.known("bob", "b", place(1, 2))?.name).toBe("bob");
    file.add("a", place(0, 2), grade("ann"));
    expect(summary(mergeResults([path]))).toEqual(["ann 10", "bob 10"]);
  });

  it("is left as it is if it is another kind of file", () => {
    const path = newPath();
    writeFileSync(path, "my notes");
    expect(() => new ResultsFile(path)).toThrow(/was not written by typefish grade --results: name another file/);
    expect(readFileSync(path, "utf8")).toBe("my notes");
  });
});
