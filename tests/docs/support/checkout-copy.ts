/** A copy of the checkout below build/, for experiments. It shares the packages, and what was built need not be built again. */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const PACKAGES = "node_modules";
/** Kept from one run to the next. */
const BUILT = ["build", "dist"];
const NOT_COPIED = [".git", PACKAGES, ...BUILT];
/** What an experiment may change, as names of the build's parts: the copy has its own. */
const OWN = ["init", "cli", "bench-race"];
/** `typefish bench` wants them all to be there, also those that a race does not load. */
const BENCH_FILES = ["bench-program", "bench-init"].flatMap((name) => [`${name}.wasm`, `${name}.elf`]);

/** Builds the parts of `OWN`, and what they need, and no more: the other benchmarks take as long as everything else. */
const BUILD_TOOL = `import { buildPart } from "./build/incremental";
import { parts } from "./build/parts";

const wanted = ["mmu", "mmu-access", "cpudriver", ...${JSON.stringify(OWN)}, "bench-loads"];
for (const part of parts({ bench: true, fuzz: false })) if (wanted.includes(part.name)) await buildPart(part);
`;

/** The commands of the page, without the build that the test has done before. */
const COMMANDS = {
  npx: `#!/bin/sh
command=$1; shift
case $command in
  typefish) exec node dist/cli.js "$@" ;;
  vitest) exec node node_modules/vitest/vitest.mjs "$@" ;;
esac
echo "tests/docs/support/checkout-copy.ts does not know npx $command"; exit 127
`,
  npm: `#!/bin/sh
case "$1 $2" in
  "start --") shift 2; exec node dist/cli.js boot "$@" ;;
  "run build") exit 0 ;;
esac
echo "tests/docs/support/checkout-copy.ts does not know npm $*"; exit 127
`,
};

export interface Finished {
  /** Standard output and standard error. */
  output: string;
  status: number | null;
}

export class CheckoutCopy {
  readonly folder: string;

  constructor(checkout: string, folder: string) {
    this.folder = resolve(folder);
    mkdirSync(this.folder, { recursive: true });
    for (const name of readdirSync(this.folder)) {
      if (!BUILT.includes(name)) rmSync(join(this.folder, name), { recursive: true });
    }
    for (const name of readdirSync(checkout)) {
      if (!NOT_COPIED.includes(name)) cpSync(join(checkout, name), join(this.folder, name), { recursive: true });
    }
    for (const built of ["dist", "build/fixtures", "build/records"]) this.copyBuilt(checkout, built);
    for (const name of BENCH_FILES) if (!this.has(`dist/${name}`)) this.write(`dist/${name}`, "");
    this.linkPackages(checkout);
    this.write("tools/build-experiments.ts", BUILD_TOOL);
    for (const [name, text] of Object.entries(COMMANDS)) this.write(`build/commands/${name}`, text, 0o755);
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  write(path: string, text: string, mode = 0o644): void {
    const target = join(this.folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text, { mode });
  }

  /** Runs a script of bash in the copy, as a reader would. */
  run(script: string): Promise<Finished> {
    const { PATH, HOME, SEED } = process.env;
    const env = { PATH: `${this.folder}/build/commands:${PATH}`, HOME, SEED, NO_COLOR: "1" };
    return new Promise((done, fail) => {
      const child = spawn("bash", ["-c", `exec 2>&1\n${script}`], {
        cwd: this.folder,
        env,
        stdio: ["ignore", "pipe", "ignore"],
      });
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        output += chunk;
      });
      child.on("error", fail);
      child.on("close", (status) => done({ output, status }));
    });
  }

  private copyBuilt(checkout: string, folder: string): void {
    const from = join(checkout, folder);
    if (!existsSync(from)) return;
    for (const name of readdirSync(from)) {
      const target = join(this.folder, folder, name);
      const isOwn = OWN.includes(name.slice(0, name.lastIndexOf(".")));
      if (!isOwn || !existsSync(target)) cpSync(join(from, name), target, { recursive: true });
    }
  }

  /** One by one, so that what tools keep beside the packages is not shared. */
  private linkPackages(checkout: string): void {
    const packages = resolve(checkout, PACKAGES);
    mkdirSync(join(this.folder, PACKAGES));
    for (const name of readdirSync(packages)) {
      if (name.startsWith(".") && name !== ".bin") continue;
      symlinkSync(join(packages, name), join(this.folder, PACKAGES, name));
    }
  }
}
