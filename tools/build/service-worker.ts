/** Builds the service worker of the site, with the list of the files that it keeps. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Part, writeOutput } from "./incremental";
import { ASSETS, WEB_FOLDER } from "./web";

const ENTRY = "apps/web/offline/service-worker.ts";
const SCRIPT = "sw.js";

/** The files below a folder in a fixed order, with "/" in their paths. */
function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
  return paths.map((path) => path.replaceAll("\\", "/")).sort();
}

const isTeachers = (path: string) => /^[^/]+\.json$/.test(path);

/** One of the files that the worker keeps. Names of assets contain a hash, so that they need no revision. */
function siteFile(folder: string, path: string) {
  const hash = createHash("sha256").update(readFileSync(join(folder, path)));
  const digest = hash.digest("base64");
  return { url: path, revision: path.startsWith(`${ASSETS}/`) ? null : digest, integrity: `sha256-${digest}` };
}

/** The script for the site in a folder, and the sources that were read. */
export async function makeServiceWorker(folder: string): Promise<{ script: Uint8Array; inputs: string[] }> {
  const paths = filesBelow(folder).filter((path) => path !== SCRIPT);
  const site = paths.filter((path) => !isTeachers(path)).map((path) => siteFile(folder, path));
  const { build } = await import("esbuild");
  const { metafile, outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    minify: true,
    platform: "browser",
    format: "iife",
    target: "es2022",
    define: {
      SITE_FILES: JSON.stringify(site),
      TEACHER_FILES: JSON.stringify(paths.filter(isTeachers)),
      "process.env.NODE_ENV": '"production"',
    },
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`${ENTRY}: the bundler wrote nothing`);
  return { script: output.contents, inputs: Object.keys(metafile.inputs) };
}

/** It lists what the other parts write into the site, so it comes after them. */
export const serviceWorker: Part = {
  name: "service-worker",
  outputs: [`${WEB_FOLDER}/${SCRIPT}`],
  async make() {
    const files = filesBelow(WEB_FOLDER).filter((path) => path !== SCRIPT);
    const { script, inputs } = await makeServiceWorker(WEB_FOLDER);
    writeOutput(`${WEB_FOLDER}/${SCRIPT}`, script);
    return [...inputs, ...files.map((path) => `${WEB_FOLDER}/${path}`)];
  },
};

export const hasSite = (): boolean => existsSync(`${WEB_FOLDER}/index.html`);
