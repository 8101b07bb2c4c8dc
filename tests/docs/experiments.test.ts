/**
 * docs/experiments.md is true: the code of its blocks is put into a copy of the checkout and built, its commands are run
 * there, and they print what the page shows.
 *
 * Everything is built once, for all experiments together. Experiments that run a test come first, before any source is
 * changed, because a change would make the test runner build its own modules again.
 */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { CheckoutCopy } from "./support/checkout-copy";
import { type Edit, type Experiment, Page } from "./support/page";

const PATH = "docs/experiments.md";
/** Far more than any of it takes: for machines that do other things as well. */
const LIMIT_MS = 600_000;

const page = new Page(PATH, readFileSync(PATH, "utf8"));
const experiments = page.experiments();
const runsTests = ({ steps }: Experiment) =>
  steps.some(({ kind, lines }) => kind === "commands" && lines.some((line) => line.startsWith("npx vitest")));

let copy: CheckoutCopy;
beforeAll(() => {
  copy = new CheckoutCopy(".", "build/experiments");
});

/** Puts the code of an experiment into the copy. */
function apply({ steps }: Experiment): void {
  for (const step of steps) {
    if (step.kind === "commands") continue;
    if (step.kind === "edit") {
      if (!copy.has(step.path)) throw new Error(page.at(step.line, `there is no file ${step.path} to edit`));
      copy.write(step.path, page.edited(step, copy.read(step.path)));
      continue;
    }
    if (copy.has(step.path)) throw new Error(page.at(step.line, `there is a file ${step.path} already`));
    copy.write(step.path, `${step.lines.join("\n")}\n`);
  }
}

/** Does what the page says, and compares what it shows. */
async function perform({ steps }: Experiment): Promise<void> {
  for (const step of steps) {
    if (step.kind !== "commands") continue;
    const { output, status } = await copy.run(step.lines.join("\n"));
    const failure = status === 0 ? null : page.at(step.line, `the commands end with status ${status}:\n${output}`);
    const problem = step.output ? page.difference(step.output, output) : failure;
    if (problem !== null) throw new Error(problem);
  }
}

/** Runs a tool in the copy; it must succeed. */
async function tool(command: string): Promise<void> {
  const { output, status } = await copy.run(command);
  if (status !== 0) throw new Error(`${PATH}: with the code of the page, ${command} fails:\n${output}`);
}

it("the page has five experiments", () => {
  expect(experiments).toHaveLength(5);
});

describe("an experiment with a test", () => {
  it.each(experiments.filter(runsTests))("$title", { timeout: LIMIT_MS }, async (experiment) => {
    apply(experiment);
    await perform(experiment);
  });
});

describe("an experiment with a build", () => {
  const building = experiments.filter((experiment) => !runsTests(experiment));

  beforeAll(async () => {
    for (const experiment of building) apply(experiment);
    const changed = experiments.flatMap(({ steps }) => steps.flatMap((step) => ("path" in step ? [step.path] : [])));
    await Promise.all([
      tool("node tools/run.mjs build-experiments"),
      tool(`node node_modules/@biomejs/biome/bin/biome check ${changed.join(" ")}`).then(() =>
        tool("node node_modules/typescript/bin/tsc -p tsconfig.json"),
      ),
    ]);
  }, LIMIT_MS);

  it.each(building)("$title", { timeout: LIMIT_MS }, (experiment) => perform(experiment));
});

describe("a page that is no longer true", () => {
  const document = ["## 1. One", "```diff", "--- a.ts", "@@", " two", "+new", "```", "```sh", "date", "```", "```text"];
  const shown = ["first", "...", "x ... y", "```"];
  const small = new Page("page.md", [...document, ...shown].join("\n"));
  const [edit, commands] = small.experiments()[0]?.steps ?? [];
  const apply = (text: string) => small.edited(edit as Edit, text);
  const difference = (output: string) =>
    commands?.kind === "commands" && commands.output ? small.difference(commands.output, output) : undefined;

  it("applies where its lines are", () => {
    expect(apply("one\ntwo\nthree\n")).toBe("one\ntwo\nnew\nthree\n");
  });

  it.each([
    ["one\n", 'page.md:4: the hunk does not apply to a.ts: there is no line "two"'],
    ["two\none\ntwo\n", "page.md:4: the hunk fits a.ts at 2 places: give it more context"],
  ])("says which block does not apply to %j, and why", (text, message) => {
    expect(() => apply(text)).toThrow(message);
  });

  it("shows output with elisions", () => {
    expect(difference("first\nx  1  y\n")).toBeNull();
    expect(difference("first\nanything\nat all\nx  1  y\n")).toBeNull();
  });

  it.each([
    ["second\n", 'page.md:12: expected "first", found "second"'],
    ["first\nx 1 z\n", 'page.md:14: expected "x ... y", which is not below "first"'],
    ["first\nx 1 y\nlast\n", 'page.md:15: does not show the output\'s "last"'],
  ])("says which line of the output %j differs", (output, message) => {
    expect(difference(output)).toContain(message);
  });
});
