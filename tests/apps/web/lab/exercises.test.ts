/** Exercises in the lab's page: they are solved there, and the milestone's files stay as they are. */
import { readFileSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { unzipSync } from "fflate";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { ReadingExercise, WritingExercise } from "../../../../lab/exercises/exercise";
import { exerciseOf } from "../../../../lab/exercises/exercises";
import { RecordedRun, recordReading } from "../../../../lab/exercises/reading/recorded-run";
import { learnerOf, seedOf } from "../../../../lab/exercises/seed";
import { parsePoints } from "../../../../lab/grade/points";
import { readReadingFiles } from "../../../../lab/node/reading-files";
import { describeBrowser, type PageOptions, useInspector } from "../support/browser";

const POINTS = parsePoints(readFileSync("lab/grade/points.json", "utf8"));
const NAME = "Ann Onymous";
const seedFor = (id: string, name = NAME) => seedOf(id, learnerOf(name, POINTS));

const split = exerciseOf("split") as WritingExercise;
const leak = exerciseOf("leak") as ReadingExercise;
const SOLUTION = readFileSync(`lab/exercises/given/${split.file}`, "utf8");
const START = readFileSync(`lab/exercises/start/${split.file}`, "utf8");

/** The last paragraph of the exercise: the learner's numbers. */
const numbersOf = (name: string) => split.variant(seedFor("split", name)).text.at(-1) as string;

const editor = (page: Page, file: string) => page.getByRole("textbox", { name: `Text of ${file}` });
const result = (page: Page, ok: boolean) => page.locator(`.exercise-result[data-ok=${ok}]`);
/** The button of the panel; the toolbar has another one. */
const check = (page: Page) => page.locator(".exercise").getByRole("button", { name: "Check", exact: true });
const compiles = (page: Page) => page.locator(".status p", { hasText: "Your files compile." }).waitFor();

async function sayName(page: Page, name: string): Promise<void> {
  const field = page.getByLabel("Your name or number");
  await field.fill(name);
  await field.press("Enter");
}

/** Goes to the list of exercises, and says who the learner is. */
async function list(page: Page, name = NAME): Promise<void> {
  await page.getByRole("tab", { name: "Exercises" }).click();
  await sayName(page, name);
  await page.locator(".exercise-list").waitFor();
}

async function openExercise(page: Page, title: string): Promise<void> {
  await page.getByRole("button", { name: `Open "${title}"` }).click();
  await page.getByRole("heading", { name: title }).waitFor();
}

async function showFile(page: Page, file: string): Promise<void> {
  await page.getByRole("navigation", { name: "Files" }).getByRole("button", { name: file }).click();
  await editor(page, file).waitFor();
}

/** The calls that answer the question of the recording, those that do not, and the first one that it is about. */
function callsOfLeak(): { right: number[]; wrong: number[]; from: number } {
  const question = leak.question(new RecordedRun(recordReading(readReadingFiles(), "leak", seedFor("leak"))));
  const calls = Array.from({ length: question.to - question.from + 1 }, (_, index) => question.from + index);
  const isRight = (call: number) => question.judge(String(call)).ok;
  return { right: calls.filter(isRight), wrong: calls.filter((call) => !isRight(call)), from: question.from };
}

describeBrowser("exercises in the lab's page", () => {
  const { open: openPage } = useInspector();
  const open = async (options: PageOptions = {}) => {
    const opened = await openPage("lab.html", options);
    await compiles(opened.page);
    return opened;
  };

  it("one is written, fails with an explanation, and is solved; the milestone's files stay", async () => {
    const { page, errors } = await open();
    await showFile(page, "init/tests.ts");
    await editor(page, "init/tests.ts").fill("export function ownTests(): void {}\n// my own line\n");

    await list(page);
    await openExercise(page, split.title);
    await page.getByText(numbersOf(NAME)).waitFor();
    await page.getByRole("button", { name: "Write it" }).click();
    await editor(page, split.file).waitFor();
    await check(page).click();
    await result(page, false).waitFor();
    expect(await result(page, false).textContent()).toContain(split.hints["memory-lost"]);
    const line = START.split("\n").findIndex((text) => text.startsWith("export function split")) + 1;
    await result(page, false)
      .getByRole("button", { name: `${split.file}:${line}` })
      .first()
      .click();
    expect(await page.locator(".cm-activeLine").textContent()).toContain("export function split");

    await editor(page, split.file).fill(SOLUTION);
    await page.getByText("The file has changed since.").waitFor();
    await check(page).click();
    await result(page, true).waitFor();
    expect(await page.locator(".exercise-result .scenario[data-ok=true]").count()).toBe(4);

    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save the files as a zip" }).click();
    const zip = unzipSync(new Uint8Array(readFileSync(await (await waiting).path())));
    const note = JSON.parse(new TextDecoder().decode(zip["exercise.json"])) as object;
    expect(note).toEqual({ version: 1, exercise: "split", for: NAME });
    expect(new TextDecoder().decode(zip[split.file])).toBe(SOLUTION);

    await page.getByRole("button", { name: "Back to the assignment" }).click();
    await showFile(page, "init/tests.ts");
    await page.getByText("// my own line").waitFor();
    await page.getByRole("button", { name: "All exercises" }).click();
    expect(await page.locator("[data-exercise=split]").getAttribute("data-state")).toBe("solved");

    await page.reload();
    await showFile(page, "init/tests.ts");
    await page.getByText("// my own line").waitFor();
    await list(page);
    await page.getByText("1 of 12 solved").waitFor();
    await openExercise(page, split.title);
    await page.getByRole("button", { name: "Go on writing" }).click();
    await page.getByText("return part;").waitFor();
    expect(errors).toEqual([]);
  });

  it("one is read: a wrong answer gets a sentence, the right one solves it, and the recording can be saved", async () => {
    const { page } = await open();
    await list(page);
    await openExercise(page, leak.title);
    const { right, wrong, from } = callsOfLeak();
    await page.getByText(`Look at the calls ${from} to`).waitFor();
    const answer = async (text: string) => {
      await page.getByLabel("Your answer").fill(text);
      await page.getByLabel("Your answer").press("Enter");
    };
    await answer(String(wrong[0]));
    await result(page, false).getByText(`Call ${wrong[0]} is `).waitFor();
    await answer("1");
    await result(page, false).getByText("The question is about the calls").waitFor();
    await answer(String(right[0]));
    await result(page, true).getByText("no later call deletes it").waitFor();
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save the recording as a file" }).click();
    const saved = readFileSync(await (await waiting).path());
    expect(saved.subarray(0, 19).toString()).toBe("typefish recording ");
    const opening = page.context().waitForEvent("page");
    await page.getByRole("button", { name: "Open the recording in the inspector" }).click();
    const inspector = await opening;
    await inspector.locator(".lab-card", { hasText: leak.title }).waitFor();
    await page.getByRole("button", { name: "Next exercise" }).click();
    await page.getByRole("heading", { name: "Which capability keeps this page from being retyped?" }).waitFor();
  });

  it("another name has other numbers", async () => {
    const { page } = await open();
    await list(page, "bob");
    await openExercise(page, split.title);
    expect(numbersOf("bob")).not.toBe(numbersOf(NAME));
    await page.getByText(numbersOf("bob")).waitFor();
    await sayName(page, NAME);
    await page.getByText(numbersOf(NAME)).waitFor();
  });

  it("without a name, the page asks for one", async () => {
    const { page } = await open();
    await page.getByRole("tab", { name: "Exercises" }).click();
    await openExercise(page, split.title);
    await page.getByText("Type your name or number first").waitFor();
  });

  it("a file that does not compile is not solved, and its problems are named", async () => {
    const { page } = await open();
    await list(page);
    await openExercise(page, split.title);
    await page.getByRole("button", { name: "Write it" }).click();
    await editor(page, split.file).fill(`${START}const = 1;\n`);
    await check(page).click();
    await result(page, false)
      .getByText(`${split.file}:${START.split("\n").length}`)
      .first()
      .waitFor();
  });

  it("the teacher's file says which exercises there are, and a mistake in it is named", async () => {
    const { page } = await openPage("lab.html");
    const points = JSON.parse(readFileSync("lab/grade/points.json", "utf8")) as Record<string, unknown>;
    const serve = (body: unknown) =>
      page.route("**/lab-points.json", (route) => route.fulfill({ body: JSON.stringify(body) }));
    await serve({ ...points, exercises: { aling: 1 } });
    await page.getByRole("tab", { name: "Exercises" }).click();
    await page.getByText('lab-points.json: exercises names "aling"').waitFor();
    await page.unroute("**/lab-points.json");
    await serve({ ...points, exercises: { align: 2, leak: 1 } });
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("0 of 2 solved").waitFor();
  });

  it("the list and an exercise are reached with the keyboard", async () => {
    const { page } = await open();
    await list(page);
    await page.keyboard.press("Tab");
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    expect(await focused()).toBe(`Open "${split.title}"`);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: split.title }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(split.title);
  });

  it.each(["light", "dark"] as const)("axe finds nothing serious, %s", async (scheme) => {
    const { page } = await open({ scheme });
    const serious = async () => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
    };
    await list(page);
    expect(await serious()).toEqual([]);
    await openExercise(page, split.title);
    await page.getByRole("button", { name: "Write it" }).click();
    await check(page).click();
    await result(page, false).waitFor();
    expect(await serious()).toEqual([]);
    await page.getByRole("button", { name: "All exercises" }).click();
    await openExercise(page, leak.title);
    await page.getByLabel("Your answer").waitFor();
    expect(await serious()).toEqual([]);
  });

  it.each([390, 1280, 2560])("nothing reaches past the edge at %i pixels", async (width) => {
    const { page } = await open({ width, height: 844 });
    await list(page);
    await openExercise(page, "Map across two L2 tables");
    await page.getByRole("button", { name: "Write it" }).click();
    await check(page).click();
    await result(page, false).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
});
