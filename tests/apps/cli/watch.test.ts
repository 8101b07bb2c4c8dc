/** `boot --watch` in a copy of the checkout: builds and boots again after each change, until a signal ends it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { CheckoutCopy } from "../../docs/support/checkout-copy";

const LIMIT_MS = 170_000;
const SOURCE = "apps/cli/outcome.ts";

let copy: CheckoutCopy;
let original: string;
beforeAll(() => {
  copy = new CheckoutCopy(".", "build/watch");
  original = copy.read(SOURCE);
});

let child: ChildProcess;
let text = "";
let waiting: () => void = () => {};

/** Starts the watch in the copy. */
function start(): void {
  text = "";
  const args = ["dist/cli.js", "boot", "--scenario", "none", "--watch"];
  child = spawn(process.execPath, args, { cwd: copy.folder, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      waiting();
    });
  }
}

afterEach(() => {
  child.kill("SIGKILL");
  copy.write(SOURCE, original);
});

/** Waits until the output contains a text, and forgets the output up to there. */
async function shows(wanted: string): Promise<string> {
  while (!text.includes(wanted)) {
    if (child.exitCode !== null) throw new Error(`the watch ended before it showed "${wanted}":\n${text}`);
    await new Promise<void>((resolve) => {
      waiting = resolve;
    });
  }
  const end = text.indexOf(wanted) + wanted.length;
  const seen = text.slice(0, end);
  text = text.slice(end);
  return seen;
}

const WAITING = "typefish: waiting for a change of the sources; Ctrl-C ends\n";

describe("boot --watch", () => {
  it("shows errors of the compiler, goes on after them, and ends quietly", { timeout: LIMIT_MS }, async () => {
    start();
    expect(await shows(WAITING)).toContain("typefish: no program left to run, ");

    copy.write(SOURCE, original.replace("no program left", "nothing at all left"));
    await shows(`typefish: ${SOURCE} changed: building\n`);
    expect(await shows(WAITING)).toMatch(/typefish: built in .*\n(.*\n)*typefish: nothing at all left to run, /);

    copy.write(SOURCE, `${original}\nconst = 1;\n`);
    const failure = await shows(WAITING);
    expect(failure).toContain(SOURCE);
    expect(failure).toContain("typefish: the build failed, so nothing runs\n");
    expect(failure).not.toMatch(/^ +at /m);

    copy.write(SOURCE, original);
    expect(await shows(WAITING)).toContain("typefish: no program left to run, ");

    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(text).toBe("");
  });
});
