/** The worker of the lab's page, in Node: its requests and answers, and the files that it fetches from dist/web. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { expect, vi } from "vitest";
import type { Graded } from "../../apps/web/lab/protocol";
import type { Program } from "../../compile/program";
import { type Grade, gradeProgram } from "../../lab/grade/grade";
import { parsePoints } from "../../lab/grade/points";
import type { SubmissionFiles } from "../../lab/submission";
import { compileSystemImages } from "../../machines/hosted/node/load-images";

const BASE = "http://lab.test/";
const SITE = "dist/web/";

/** Scenarios of four steps, so that hundreds of gradings are short. */
const CHOSEN = ["G07", "G21", "G33", "G49"];

const all = parsePoints(readFileSync("lab/grade/points.json", "utf8"));
const POINTS = {
  ...all,
  milliseconds: 500,
  points: Object.fromEntries(Object.entries(all.points).filter(([id]) => CHOSEN.includes(id))),
};

const images = compileSystemImages();

function fetched(url: URL): Response {
  const path = url.href.slice(BASE.length);
  if (path === "lab-points.json") return new Response(JSON.stringify(POINTS));
  const file = `${SITE}${path}`;
  return existsSync(file) ? new Response(new Uint8Array(readFileSync(file))) : new Response(null, { status: 404 });
}

type Listener = (event: { data: unknown }) => void;

/** Starts the page's worker. Returns a function that grades files in it. */
export async function startPageWorker(): Promise<(files: SubmissionFiles) => Promise<Graded>> {
  let listener: Listener = () => {};
  let receive: (message: { answer?: Graded; refusal?: string }) => void = () => {};
  vi.stubGlobal("fetch", async (url: URL) => fetched(url));
  vi.stubGlobal("addEventListener", (_: string, added: Listener) => {
    listener = added;
  });
  vi.stubGlobal("postMessage", (message: object) => receive(message));
  await import("../../apps/web/lab/worker/worker");
  return (files) =>
    new Promise((resolve, reject) => {
      receive = ({ answer, refusal }) => {
        if (answer) resolve(structuredClone(answer));
        if (refusal !== undefined) reject(new Error(refusal));
      };
      listener({ data: { id: 0, name: "grade", ask: { files: [...files], base: BASE } } });
    });
}

/** A grade without the times and the name of the submission. */
const comparable = ({ name: _, scenarios, ...grade }: Grade) => ({
  ...grade,
  scenarios: scenarios.map(({ milliseconds: __, ...scenario }) => scenario),
});

/** The page must build the command line's program of the files, and give the command line's grade. */
export async function expectSameInPage(
  gradeInPage: (files: SubmissionFiles) => Promise<Graded>,
  files: SubmissionFiles,
  program: Program,
): Promise<void> {
  const { grade, fingerprint } = await gradeInPage(files);
  const { wasm, elf, positions } = program;
  expect(fingerprint).toBe(createHash("sha256").update(wasm).update(elf).update(positions).digest("hex"));
  const expected = gradeProgram({ name: "mine", images, program, files, points: POINTS });
  expect(comparable(grade)).toEqual(comparable(expected));
}
