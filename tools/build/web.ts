/** Bundles the pages, the inspector and the lab, with their workers. */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { splitBinaryen } from "./binaryen";
import { type Part, writeOutput } from "./incremental";

export const WEB_ENTRY = "apps/web/index.html";
const LAB_ENTRY = "apps/web/lab.html";
/** The folder for static hosts: the page, and in `system/` the modules that it runs. */
export const WEB_FOLDER = "dist/web";
/** Where the parts of the system are written for the page, too. */
export const WEB_SYSTEM_FOLDER = `${WEB_FOLDER}/system`;
/** What the lab's page reads before it grades: a teacher may change it. */
const LAB_POINTS = "lab-points.json";
const DEFAULT_POINTS = "lab/grade/points.json";
/** The folder of files whose names contain a hash. */
export const ASSETS = "assets";
const STYLES = "apps/web/styles";

/** The page. Names of files in `assets/` contain a hash, so that caches never mix two builds; index.html names them. */
export const webPage: Part = {
  name: "web",
  outputs: [`${WEB_FOLDER}/index.html`, `${WEB_FOLDER}/lab.html`, `${WEB_FOLDER}/${LAB_POINTS}`],
  async make() {
    const { build } = await import("vite");
    const inputs = new Set<string>([WEB_ENTRY, LAB_ENTRY, "apps/web/icon.svg", DEFAULT_POINTS]);
    for (const name of readdirSync(STYLES)) inputs.add(join(STYLES, name));
    /** Notes which sources are read. */
    const noteInputs = () => ({
      name: "note-inputs",
      transform(_: string, id: string) {
        const path = relative(process.cwd(), id.replace(/\?.*/, ""));
        if (!path.startsWith("..") && existsSync(path)) inputs.add(path);
      },
    });
    const built = await build({
      configFile: false,
      root: "apps/web",
      base: "./",
      logLevel: "error",
      esbuild: { jsx: "automatic", jsxImportSource: "preact" },
      plugins: [noteInputs()],
      worker: { format: "es", plugins: () => [noteInputs(), splitBinaryen()] },
      build: {
        target: "es2022",
        assetsDir: ASSETS,
        assetsInlineLimit: 0,
        modulePreload: false,
        write: false,
        rollupOptions: { input: [WEB_ENTRY, LAB_ENTRY] },
      },
    });
    const files = (Array.isArray(built) ? built : [built]).flatMap((each) => ("output" in each ? each.output : []));
    const written = new Set(files.map(({ fileName }) => fileName));
    const folder = join(WEB_FOLDER, ASSETS);
    for (const file of existsSync(folder) ? readdirSync(folder) : []) {
      if (!written.has(`${ASSETS}/${file}`)) rmSync(join(folder, file));
    }
    for (const file of files) writeOutput(join(WEB_FOLDER, file.fileName), "code" in file ? file.code : file.source);
    writeOutput(join(WEB_FOLDER, LAB_POINTS), readFileSync(DEFAULT_POINTS));
    return [...inputs];
  },
};
