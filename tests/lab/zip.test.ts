/** Submissions as zips: packed and unpacked, refused if something is wrong with them, and graded by the command line. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterAll, describe, expect, it } from "vitest";
import type { Grade } from "../../lab/grade/grade";
import { collectSubmission } from "../../lab/node/collect";
import { HANDOUT_FILES, MAX_FILE_BYTES, MAX_FILES, type SubmissionFiles } from "../../lab/submission";
import { MAX_ZIP_BYTES, packSubmission, unpackSubmission } from "../../lab/zip";
import { typefishMeanwhile } from "../apps/cli/run";
import { readSolution } from "./read-solution";

const work = mkdtempSync(join(tmpdir(), "typefish-zip-"));
afterAll(() => rmSync(work, { recursive: true }));

const solution = readSolution("list");

/** A zip with these entries, by name. */
const zipOf = (entries: Record<string, string | Uint8Array>): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(entries).map(([name, value]) => [name, typeof value === "string" ? strToU8(value) : value]),
    ),
  );
const inFolder = (folder: string, files: SubmissionFiles = solution): Record<string, string> =>
  Object.fromEntries([...files].map(([path, text]) => [`${folder}${path}`, text]));

function writeFileIn(path: string, contents: Uint8Array | string): string {
  mkdirSync(dirname(join(work, path)), { recursive: true });
  writeFileSync(join(work, path), contents);
  return join(work, path);
}

describe("a zip", () => {
  it("holds the files that were packed", () => {
    expect(unpackSubmission(packSubmission(solution))).toEqual(solution);
  });

  it("may have the files in a folder, beside others, as an archive of the learner's folder has", () => {
    const others = {
      "mine/package.json": "{}",
      "mine/system/libmm/slot-prealloc.ts": "given",
      "mine/libmm/slot-prealloc.ts": "given",
      "mine/libmm/notes.txt": "mine",
      "mine/node_modules/typefish/system/libmm/mm.ts": "ours",
      "__MACOSX/mine/libmm/mm.ts": "a resource",
    };
    expect(unpackSubmission(zipOf({ ...others, ...inFolder("mine/") }))).toEqual(solution);
  });

  const packed = packSubmission(solution);
  it.each<[string, () => Uint8Array, RegExp]>([
    ["text", () => strToU8("no zip"), /^it is not a zip that can be read\.$/],
    ["an empty file", () => new Uint8Array(), /^it is not a zip that can be read\.$/],
    ["a zip that is cut off", () => packed.slice(0, packed.length >> 1), /^it is not a zip that can be read\.$/],
    ["a zip with damaged contents", () => packed.slice().fill(0xff, 60, 400), /^it is not a zip that can be read\.$/],
    ["other files", () => zipOf({ "notes.ts": "mine" }), /^it has no file libmm\/mm\.ts\.$/],
    [
      "several submissions",
      () => zipOf({ ...inFolder("ann/"), ...inFolder("bob/") }),
      /^it has several submissions, in ann\/ and bob\/: pack each into a zip of its own\.$/,
    ],
    [
      "an entry outside",
      () => zipOf({ ...inFolder(""), "../../x.ts": "" }),
      /^it has an entry outside of its folder: \.\.\/\.\.\/x\.ts\.$/,
    ],
    [
      "an entry from the root",
      () => zipOf({ ...inFolder(""), "/etc/x": "" }),
      /^it has an entry outside of its folder: \/etc\/x\.$/,
    ],
    [
      "a path of another system",
      () => zipOf({ ...inFolder(""), "libmm\\..\\..\\x.ts": "" }),
      /^it has an entry outside of its folder: libmm\\\.\.\\\.\.\\x\.ts\.$/,
    ],
    [
      "an odd name",
      () => zipOf({ ...inFolder(""), "libmm/a b.ts": "" }),
      /^libmm\/a b\.ts: a file name may have letters, digits, "-", "_" and "\."\.$/,
    ],
    [
      "a large file",
      () => zipOf({ ...inFolder(""), "libmm/more.ts": "x".repeat(MAX_FILE_BYTES + 1) }),
      /^libmm\/more\.ts has 262145 bytes; the limit is 262144\.$/,
    ],
    [
      "many files",
      () => {
        const more = Array.from({ length: MAX_FILES }, (_, index): [string, string] => [`libmm/more${index}.ts`, ""]);
        return zipOf({ ...inFolder(""), ...Object.fromEntries(more) });
      },
      /^it has more than 100 files\.$/,
    ],
    [
      "much text",
      () => {
        const more = Array.from({ length: 5 }, (_, index) => [`libmm/more${index}.ts`, "x".repeat(MAX_FILE_BYTES)]);
        return zipOf({ ...inFolder(""), ...(Object.fromEntries(more) as Record<string, string>) });
      },
      /^The files have \d+ bytes; the limit is 1048576\.$/,
    ],
    [
      "many entries",
      () => zipOf(Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`${index}`, ""]))),
      /^it has more than 10000 entries\.$/,
    ],
    ["too many bytes", () => new Uint8Array(MAX_ZIP_BYTES + 1), /^it has 4194305 bytes; the limit is 4194304\.$/],
  ])("is refused if it is %s", (_, make, message) => {
    expect(() => unpackSubmission(make())).toThrow(message);
  });

  it("that says less than it holds is read no further than it says", () => {
    const zip = zipOf({ "libmm/mm.ts": "x".repeat(1 << 20) });
    const view = new DataView(zip.buffer);
    const directory = zip.length - 22 - (46 + "libmm/mm.ts".length);
    expect(view.getUint32(directory + 24, true)).toBe(1 << 20);
    view.setUint32(directory + 24, 5, true);
    expect(unpackSubmission(zip).get("libmm/mm.ts")).toBe("xxxxx");
  });
});

describe("collecting a submission", () => {
  it("takes a zip and a folder with the same files for the same", () => {
    for (const [path, text] of solution) writeFileIn(`folder/${path}`, text);
    const zip = writeFileIn("same.zip", packSubmission(solution));
    expect(collectSubmission(zip)).toEqual(collectSubmission(join(work, "folder")));
    expect(collectSubmission(zip).problems).toEqual([]);
  });

  it("says which file is missing, except for the learner's tests", () => {
    const files = new Map(solution);
    files.delete("init/tests.ts");
    expect(collectSubmission(writeFileIn("untested.zip", packSubmission(files))).problems).toEqual([]);
    files.delete(HANDOUT_FILES[1]);
    expect(collectSubmission(writeFileIn("part.zip", packSubmission(files))).problems).toEqual([
      `${HANDOUT_FILES[1]} is missing.`,
    ]);
  });

  it.each([
    ["notes.txt", "text", /notes\.txt is neither a folder nor a zip\.$/],
    ["broken.zip", "text", /broken\.zip: it is not a zip that can be read\.$/],
    ["huge.zip", "x".repeat(MAX_ZIP_BYTES + 1), /huge\.zip: it has 4194305 bytes; the limit is 4194304\.$/],
  ])("has a problem with %s", (name, contents, message) => {
    expect(collectSubmission(writeFileIn(name, contents)).problems).toEqual([expect.stringMatching(message)]);
  });
});

describe("typefish grade", () => {
  const grades = (stdout: string) => (JSON.parse(stdout) as { grades: Grade[] }).grades;

  it("grades the zips of a folder, and says what is wrong with one", async () => {
    const ann = writeFileIn("class/ann.zip", packSubmission(solution));
    const bob = writeFileIn("class/bob.ZIP", zipOf(inFolder("bob/")));
    const cem = writeFileIn("class/cem.zip", "not a zip");
    writeFileIn("class/list.txt", "ann, bob, cem");
    const few = ["--scenario", "G01", "--json", "--results", join(work, "grades.jsonl")];
    const { status, stdout } = await typefishMeanwhile(["grade", join(work, "class"), ...few]);
    expect(status).toBe(1);
    expect(grades(stdout).map(({ name, earned, problems }) => [name, earned, problems])).toEqual([
      [ann, 3, []],
      [bob, 3, []],
      [cem, 0, [`${cem}: it is not a zip that can be read.`]],
    ]);
    const count = readFileSync(join(work, "grades.jsonl"), "utf8").split("\n").length;
    await typefishMeanwhile(["grade", join(work, "class"), ...few]);
    expect(readFileSync(join(work, "grades.jsonl"), "utf8").split("\n")).toHaveLength(count);
  });

  it("refuses a zip that is named twice, once by its folder", async () => {
    const ann = writeFileIn("twice/ann.zip", packSubmission(solution));
    const { status, stderr } = await typefishMeanwhile(["grade", join(work, "twice"), ann]);
    expect([status, stderr]).toEqual([2, `typefish: ${ann} is named twice: name each submission once\n`]);
  });

  it("refuses a zip that does not exist", async () => {
    const { status, stderr } = await typefishMeanwhile(["grade", "/nowhere/x.zip"]);
    expect([status, stderr]).toEqual([2, "typefish: there is no file /nowhere/x.zip\n"]);
  });
});
