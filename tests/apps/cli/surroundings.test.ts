/** A full disk, missing folders, unreadable files, sources without a build: one sentence each, and no stack trace. */

import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { readNative } from "../../../machines/native/built";
import { checkoutFolder } from "../../../machines/native/checkout";
import { missingTools } from "../../../machines/native/toolchain";
import { buildPart } from "../../../tools/build/incremental";
import { parts } from "../../../tools/build/parts";
import { CheckoutCopy } from "../../docs/support/checkout-copy";
import { CLI, typefish } from "./run";

// The test runner receives messages only between tests that do not wait.
afterEach(() => setImmediate());

const FULL = "/dev/full";
const folder = mkdtempSync(join(tmpdir(), "typefish-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a file that cannot be written", () => {
  it.each([
    [["replay", "--record", "/none/x", "/nowhere"], "--record: /none/x cannot be written: there is no folder /none"],
    [["replay", "--record", "/", "/nowhere"], "--record: / cannot be written: it is a folder"],
    [["bench", "--record", "/none/x"], "--record: /none/x cannot be written: there is no folder /none"],
    [["image", "--output", "/none/x"], "--output: /none/x cannot be written: there is no folder /none"],
    [["image", "--output", "/dev/null/x"], "--output: /dev/null/x cannot be written: /dev/null is not a folder"],
  ])("typefish %j", (args, message) => {
    const { stdout, stderr, status } = typefish(args);
    expect([stdout, stderr, status]).toEqual(["", `typefish: ${message}\n`, 2]);
  });
});

describe.skipIf(!existsSync(FULL))("a full disk", () => {
  it("stops the run with one sentence", () => {
    const full = openSync(FULL, "w");
    const { stderr, status } = spawnSync(process.execPath, [CLI, "boot", "--scenario", "none"], {
      stdio: ["ignore", full, "pipe"],
      encoding: "utf8",
    });
    expect(stderr).toBe("typefish: standard output cannot be written: the disk is full\n");
    expect(status).toBe(2);
  });
});

describe("more arguments than a command takes", () => {
  it.each([
    [["inspect", "mdb", "mm"], "inspect takes one <what> at a time: leave out 'mdb' or 'mm'"],
    [["boot", "now", "--memory", "64M"], "unknown command or argument 'now': typefish help boot lists the options"],
    [["launch", "--memory", "64M"], "unknown command or argument 'launch': typefish help lists the commands"],
  ])("typefish %j", (args, message) => {
    const { stdout, stderr, status } = typefish(args);
    expect([stdout, stderr, status]).toEqual(["", `typefish: ${message}\n`, 2]);
  });
});

describe("the fuzzers", () => {
  beforeAll(async () => {
    const part = parts({ bench: false, fuzz: true }).find(({ name }) => name === "fuzz");
    if (part) await buildPart(part);
  });

  it.each([
    [["nope"], /^error: unknown command or argument 'nope': npm run fuzz -- --help lists the commands\n$/],
    [["explore", "nope"], /^error: unknown command or argument 'nope': npm run explore -- --help lists the options\n$/],
    [["explore", "--images", "/none"], /^\/none\/\w+\.wasm: there is no such file\n$/],
    [["--replay", "/none/x"], /^\/none\/x: cannot be read: there is no such file\n$/],
  ])("fuzz %j", (args, message) => {
    const { stderr, status } = spawnSync(process.execPath, ["dist/fuzz.js", ...args], { encoding: "utf8" });
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
});

describe("before the build", () => {
  function command(): string {
    const bin = join(folder, "apps/cli");
    mkdirSync(bin, { recursive: true });
    copyFileSync("apps/cli/typefish.mjs", join(bin, "typefish.mjs"));
    return join(bin, "typefish.mjs");
  }

  it("the command says what to do", () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [command(), "boot"], { encoding: "utf8" });
    expect([stdout, stderr, status]).toEqual(["", "typefish: nothing is built yet: run npm run build\n", 2]);
  });

  it("the command and the build say that the packages are missing", () => {
    const path = command();
    mkdirSync(join(folder, "dist"));
    copyFileSync(CLI, join(folder, "dist/cli.js"));
    copyFileSync("package.json", join(folder, "package.json"));
    mkdirSync(join(folder, "tools"));
    for (const file of ["run.mjs", "build.ts"]) copyFileSync(`tools/${file}`, join(folder, "tools", file));
    const run = spawnSync(process.execPath, [path, "boot"], { encoding: "utf8" });
    expect([run.stderr, run.status]).toEqual(["typefish: the packages are not installed: run npm ci\n", 2]);
    const build = spawnSync(process.execPath, ["tools/run.mjs", "build"], { cwd: folder, encoding: "utf8" });
    expect([build.stderr, build.status]).toEqual(["the packages are not installed: run npm ci\n", 1]);
  });
});

it("a native test without its machine code names the command that makes it", () => {
  const path = join(checkoutFolder(), "build/native/nothing.elf");
  const message = "build/native/nothing.elf is not built yet: run npm run native:tests";
  expect(() => readNative(path)).toThrow(message);
});

describe("an old build", () => {
  it("is announced with the files that changed, and runs", () => {
    rmSync("build/stale", { recursive: true, force: true });
    const copy = new CheckoutCopy(".", "build/stale");
    const run = (environment = {}) => {
      const args = ["dist/cli.js", "boot", "--scenario", "none"];
      const env = { ...process.env, ...environment };
      const { stderr, status } = spawnSync(process.execPath, args, { cwd: copy.folder, encoding: "utf8", env });
      return [stderr, status];
    };
    expect(run()).toEqual(["", 0]);
    const old = copy.read("system/libmm/account.ts");
    copy.write("system/libmm/account.ts", `${old}\n`);
    const announced =
      "typefish: this is an old build, because system/libmm/account.ts has changed since: run npm run build\n";
    expect(run()).toEqual([announced, 0]);
    expect(run({ TYPEFISH_ACCEPT_STALE: "1" })).toEqual(["", 0]);
    copy.write("system/kpi/errno.ts", `${copy.read("system/kpi/errno.ts")}\n`);
    expect(run()[0]).toMatch(/because \S+ and 1 more file have changed since: run npm run build\n$/);
  });
});

describe("scenarios on the native machine", () => {
  const canBuild = missingTools("clang", "lld", "qemu").length === 0;

  it.skipIf(!canBuild).each([["qemu"], ["image"]])("typefish %s refuses one that does not exist", (name) => {
    const output = name === "image" ? ["--output", join(folder, "x")] : [];
    const { stdout, stderr, status } = typefish([name, "--scenario", "T01,T99", ...output]);
    expect(stderr).toBe("typefish: no scenario matches 'T99': typefish boot --list shows all scenarios\n");
    expect([stdout, status]).toEqual(["", 2]);
    expect(existsSync(join(folder, "x"))).toBe(false);
  });
});
