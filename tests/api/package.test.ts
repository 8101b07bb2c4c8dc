/** The package as others use it: packed, installed into an empty folder, compiled against, run, bundled. */
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const MOST_BYTES = 10 << 20;
/** Packing builds everything. */
const INSTALL_MS = 600_000;
const EXAMPLE = "examples/library";
const TSC = resolve("node_modules/typescript/bin/tsc");

let folder = "";
let tarball = "";

interface Run {
  stdout: string;
  stderr: string;
  status: number;
}

function runProgram(file: string, args: string[], cwd: string): Promise<Run> {
  return new Promise((done) => {
    execFile(file, args, { cwd, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      done({ stdout, stderr, status: error ? Number(error.code) : 0 });
    });
  });
}

async function npm(args: string[], cwd: string): Promise<void> {
  const { stderr, status } = await runProgram("npm", args, cwd);
  if (status !== 0) throw new Error(`npm ${args[0]}: ${stderr}`);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "typefish-package-"));
  // The checkout's .npmrc switches scripts off for everything that is installed; packing needs `prepack`.
  await npm(["pack", "--ignore-scripts=false", "--pack-destination", folder], process.cwd());
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) as string);
  cpSync(EXAMPLE, folder, { recursive: true });
  await npm(["install", "--prefer-offline", "--no-audit", "--no-fund", tarball], folder);
}, INSTALL_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const node = (args: string[]): Promise<Run> => runProgram(process.execPath, args, folder);

const installed = (path: string) => join(folder, "node_modules/typefish", path);
const typefish = (...args: string[]) => node([installed("apps/cli/typefish.mjs"), ...args]);

describe("the package", () => {
  it("is small, and contains what its users read and compile", () => {
    expect(statSync(tarball).size).toBeLessThan(MOST_BYTES);
    for (const path of [
      "README.md",
      "LICENSE",
      "CHANGELOG.md",
      "docs/tour.md",
      "system/libmm/mm.ts",
      "dist/init.wasm",
    ]) {
      expect(existsSync(installed(path)), path).toBe(true);
    }
    expect(existsSync(installed("tests"))).toBe(false);
  });

  it("has a command that works", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    expect((await typefish("--version")).stdout).toBe(`${version}\n`);
    expect((await typefish("help")).stdout).toContain("Usage: typefish");
    const { stdout, stderr, status } = await typefish("boot", "--scenario", "T02", "--memory", "64M");
    expect([stderr, status]).toEqual(["", 0]);
    expect(stdout).toContain("1 scenario ok");
  });

  it("races two policies", async () => {
    const { stdout, stderr, status } = await typefish("bench", "mix", "--policy", "typefish", "buddy", "--json");
    expect([stderr, status]).toEqual(["", 0]);
    expect(JSON.parse(stdout).races.map(({ policy }: { policy: string }) => policy)).toEqual(["typefish", "buddy"]);
  });

  it("boots nothing when it is imported", async () => {
    const entries = ["typefish", "typefish/node", "typefish/decode", "typefish/traces", "typefish/lab"];
    const script = [
      "WebAssembly.Memory = WebAssembly.Instance = WebAssembly.Module = class { constructor() { throw 1; } };",
      `const modules = await Promise.all(${JSON.stringify(entries)}.map((entry) => import(entry)));`,
      "console.log(modules.map((module) => Object.keys(module).length > 0).join());",
    ].join("\n");
    const { stdout, stderr } = await node(["--input-type=module", "-e", script]);
    expect([stdout, stderr]).toEqual(["true,true,true,true,true\n", ""]);
  });
});

it("has a reference in which every type is documented", async () => {
  const { stdout, stderr, status } = await runProgram("npm", ["run", "--silent", "docs:api"], process.cwd());
  expect(status, `${stdout}${stderr}`).toBe(0);
});

describe("the example project", () => {
  it("compiles with the package's types, with and without the check of declarations", async () => {
    expect(await node([TSC, "-p", "."])).toMatchObject({ stdout: "", status: 0 });
    const bundler = ["--noEmit", "--module", "esnext", "--moduleResolution", "bundler", "--isolatedModules", "true"];
    expect(await node([TSC, "-p", ".", ...bundler])).toMatchObject({ stdout: "", status: 0 });
  });

  const run = async (name: string): Promise<string> => {
    const { stdout, stderr } = await node([`dist/${name}.js`]);
    expect(stderr).toBe("");
    return stdout;
  };

  it("boots", async () => {
    const lines = (await run("boot")).trim().split("\n");
    expect(lines.at(-2)).toMatch(/^init\.0\.0: T02 .* ok /);
    expect(lines.at(-1)).toMatch(/^exit after \d+ system calls$/);
  });

  it("records, steps in both directions, inspects, and finds who changed something", async () => {
    const lines = (await run("step")).trim().split("\n");
    const framesAt = (line: number) => Number(/(\d+) frames$/.exec(lines[line] as string)?.[1]);
    expect(framesAt(1)).toBeGreaterThan(framesAt(0));
    expect(framesAt(2)).toBe(framesAt(0));
    expect(lines[3]).toMatch(/^the last frame: 0x[0-9a-f]{8}, \d+ bytes$/);
    expect(lines[4]).toMatch(/^call \d+ was the last to change its slot$/);
    expect(lines[5]).toMatch(/^libmm: \d+ pieces, \d+ of them free$/);
  });

  it("shows system calls", async () => {
    expect(await run("calls")).toMatch(/^ +\d+ {2}map\(table=0x00000100 \(VNode_ARM_l1 .*\) = ok\n/);
  });

  it("replays a trace", async () => {
    expect(await run("replay")).toMatch(/^[1-9]\d* answers compared, 0 differ\n$/);
  });

  it("races two policies", async () => {
    expect(await run("race")).toMatch(/^typefish: \d+ failures, .*\nbuddy: \d+ failures, .*\n$/);
  });

  it("grades the hand-out and the reference solution", async () => {
    const [handout, reference] = (await run("grade")).split("\n");
    expect(handout).toMatch(/^hand-out: 0 of \d+ points, not implemented yet$/);
    expect(reference).toMatch(/^reference: (\d+) of \1 points, everything works$/);
  });

  it("bundles for browsers without a module of Node", async () => {
    // For browsers, esbuild fails at an import of a module of Node.
    const { metafile, errors } = await build({
      absWorkingDir: folder,
      entryPoints: ["src/browser.ts"],
      bundle: true,
      platform: "browser",
      format: "esm",
      outfile: "dist/browser.js",
      metafile: true,
      logLevel: "silent",
    });
    expect(errors).toEqual([]);
    expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
  });
});
