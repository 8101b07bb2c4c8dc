/**
 * `node tools/run.mjs complete-lock`, to run after a change of the dependencies. npm leaves some optional packages for
 * other platforms out of package-lock.json (https://github.com/npm/cli/issues/4828), and `npm ci` then refuses the lock
 * file on all platforms. This script adds them according to their names.
 */
import { readFileSync, writeFileSync } from "node:fs";

interface LockedPackage {
  version?: string;
  cpu?: string[];
  dev?: boolean;
  libc?: string[];
  optional?: boolean;
  os?: string[];
  optionalDependencies?: Record<string, string>;
}

const LOCK_FILE = "package-lock.json";
const SYSTEMS = ["android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32", "aix"];
const PROCESSORS = ["arm64", "arm", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"];
const LIBRARIES: Record<string, string> = { gnu: "glibc", gnueabihf: "glibc", musl: "musl", musleabihf: "musl" };

/** Derives the platform from a name such as "@rollup/rollup-linux-x64-gnu". */
function describePlatform(name: string): Pick<LockedPackage, "cpu" | "os" | "libc"> {
  const words = name.split(/[/-]/);
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  if (os.length !== 1 || cpu.length !== 1) throw new Error(`${LOCK_FILE}: for which platform is ${name}?`);
  const libc = Object.keys(LIBRARIES).filter((library) => os[0] === "linux" && words.includes(library));
  return { cpu, ...(libc.length > 0 && { libc: libc.map((library) => LIBRARIES[library] as string) }), os };
}

const lock = JSON.parse(readFileSync(LOCK_FILE, "utf8")) as { packages: Record<string, LockedPackage> };
let added = 0;
for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    if (lock.packages[path] || !/^\d/.test(version)) continue;
    const { libc, ...platform } = describePlatform(name);
    const dev = parent.dev ? { dev: true } : {};
    lock.packages[path] = { version, ...platform, ...dev, ...(libc && { libc }), optional: true };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(LOCK_FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${LOCK_FILE}: ${added} optional packages added`);
