/** Races of memory managers: the figures are those of the managers, and a manager that fails is named with its line. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { makeTrace } from "../../evidence/bench/allocation-trace";
import { compileOwnRace } from "../../lab/build";
import { compileSubmission } from "../../lab/node/build";
import { readOwnSource } from "../../lab/node/package-root";
import { type RaceEntrant, type RaceResult, raceManagers } from "../../lab/race/race";
import { HANDOUT_FILES } from "../../lab/submission";
import { compileSystemImages } from "../../machines/hosted/node/load-images";
import type { PolicyName } from "../../system/libmm/layout/mm-policies";
import { readSolution } from "./read-solution";

const PAGES = 1024;
const trace = makeTrace("mix", 7, PAGES, 400);
const images = compileSystemImages();

const race = (...entrants: RaceEntrant[]): RaceResult[] => raceManagers({ images, entrants, trace });
const only = (entrant: RaceEntrant): RaceResult => race(entrant)[0] as RaceResult;

async function learner(files: ReadonlyMap<string, string>): Promise<RaceEntrant> {
  return { name: "mine", program: await compileSubmission(files, "race"), policy: null };
}

/** A solution with a change in its manager. Returns also the line of the new text. */
async function changed(from: string | RegExp, to: string): Promise<{ entrant: RaceEntrant; line: number }> {
  const files = new Map(readSolution("list"));
  const text = files.get("libmm/mm.ts") as string;
  const broken = text.replace(from, to);
  expect(broken).not.toBe(text);
  const line = broken.slice(0, broken.indexOf("/* here */")).split("\n").length;
  return { entrant: await learner(files.set("libmm/mm.ts", broken)), line };
}

/** The files of our own manager, as a submission. */
function referenceFiles(): Map<string, string> {
  const inputs = ours.program.inputs.filter((path) => /^system\/(libmm|libaos\/mapping)\//.test(path));
  const paths = [...inputs, ...HANDOUT_FILES.map((path) => `system/${path}`)];
  return new Map(paths.map((path) => [path.slice("system/".length), readFileSync(path, "utf8")]));
}

let ours: { program: Awaited<ReturnType<typeof compileOwnRace>> };
const policy = (name: PolicyName): RaceEntrant => ({ name, program: ours.program, policy: name });

/** Everything but the times. */
const withoutTimes = ({ samples, ...result }: RaceResult) => ({
  ...result,
  name: null,
  passes: null,
  nanoseconds: null,
  callNanoseconds: null,
  samples: samples.map((sample) => ({ ...sample, nanoseconds: null, callNanoseconds: null })),
});

describe("a race", () => {
  beforeAll(async () => {
    ours = { program: await compileOwnRace(readOwnSource) };
  });

  it("of our own files as a submission with the built-in policy gives both the same figures", async () => {
    const [mine, theirs] = race(await learner(referenceFiles()), policy("typefish"));
    expect(mine?.stop).toBe(null);
    expect(withoutTimes(mine as RaceResult)).toEqual(withoutTimes(theirs as RaceResult));
  });

  it("gives figures that belong together", () => {
    for (const name of ["typefish", "first-fit", "best-fit", "buddy", "address-tree"] as const) {
      const { samples, ...result } = only(policy(name));
      expect(result.stop).toBe(null);
      expect(result.operations).toBe(trace.operations.length);
      // The trace asks for more than there is.
      expect(result.refusals).toBeGreaterThan(0);
      expect(result.firstRefusal?.inUse).toBeGreaterThan(0.3);
      expect(result.firstRefusal?.names).toEqual(["MM_ERR_NOT_FOUND"]);
      expect(result.nanoseconds).toBeGreaterThan(0);
      expect(result.callNanoseconds).toBeGreaterThan(0);
      // An allocation makes at least a retype, a free at least a delete.
      expect(result.systemCalls).toBeGreaterThan(0.5);
      expect(result.metadataAPiece).toBeGreaterThanOrEqual(32);
      for (const { inUse, fragmentation, operation, livePieces } of samples) {
        expect(inUse).toBeLessThanOrEqual(1);
        expect(fragmentation).toBeGreaterThanOrEqual(0);
        expect(fragmentation).toBeLessThan(1);
        expect(livePieces).toBeLessThanOrEqual(operation);
      }
      expect(samples.map(({ operation }) => operation)).toEqual(
        samples.map(({ operation }) => operation).sort((a, b) => a - b),
      );
    }
  });

  it("has the answers that a trace implies: one page each fills the memory", () => {
    const pages = makeTrace("pages", 1, PAGES, 100);
    const [result] = raceManagers({ images, entrants: [policy("best-fit")], trace: pages });
    const takes = pages.operations.filter((operation) => operation.pages > 0).length;
    const gives = pages.operations.length - takes;
    expect(result?.refusals).toBe(takes - gives - PAGES);
    expect(result?.firstRefusal?.inUse).toBe(1);
    expect(result?.samples.at(-1)).toMatchObject({ inUse: 1, livePieces: PAGES, fragmentation: 0 });
  });

  it("goes on for the others when a manager loops, and names the line", async () => {
    const { entrant, line } = await changed(
      /(export function mmFree\([\s\S]*?\): errval_t \{\n)/,
      "$1  while (true) {} /* here */\n",
    );
    const limits = { milliseconds: 300, systemCalls: 100_000 };
    const [mine, theirs] = raceManagers({ images, entrants: [entrant, policy("typefish")], trace, limits });
    const firstFree = trace.operations.findIndex(({ pages }) => pages === 0);
    expect(mine?.stop).toMatchObject({ operation: firstFree, title: "endless loop", learnerFunction: "mmFree" });
    expect(mine?.stop?.frames[0]).toMatchObject({ file: "libmm/mm.ts", line });
    expect(mine?.samples.at(-1)?.operation).toBeLessThanOrEqual(firstFree);
    expect(theirs?.stop).toBe(null);
    expect(theirs?.operations).toBe(trace.operations.length);
  });

  it("ends for a manager that follows a null pointer", async () => {
    const { entrant, line } = await changed(
      /(export function mmFree\([\s\S]*?\): errval_t \{\n)/,
      "$1  store<u32>(load<u32>(0), 1); /* here */\n",
    );
    const { stop } = only(entrant);
    expect(stop).toMatchObject({ title: "null pointer", learnerFunction: "mmFree" });
    expect(stop?.frames[0]).toMatchObject({ file: "libmm/mm.ts", line });
  });

  it("ends at once for the hand-out, in which nothing is written yet", async () => {
    const files = new Map(HANDOUT_FILES.map((path) => [path as string, readFileSync(`lab/handout/${path}`, "utf8")]));
    const result = only(await learner(files));
    expect(result.stop).toMatchObject({ operation: 0, learnerFunction: "mmInit" });
    expect(result.stop?.happened).toContain("LIB_ERR_NOT_IMPLEMENTED");
    expect(result).toMatchObject({ samples: [], nanoseconds: null, passes: 0 });
  });
});
