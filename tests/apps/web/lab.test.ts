/** The lab's page: what a learner writes is compiled, graded and kept in the browser. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { unzipSync, zipSync } from "fflate";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { gradeProgram } from "../../../lab/grade/grade";
import { parsePoints } from "../../../lab/grade/points";
import { buildSubmission, compileSubmission } from "../../../lab/node/build";
import { HANDOUT_FILES, type SubmissionFiles } from "../../../lab/submission";
import { compileSystemImages } from "../../../machines/hosted/node/load-images";
import { readSolution, readWrongSolution } from "../../lab/read-solution";
import { WRONG_SOLUTIONS } from "../../lab/wrong-solutions";
import { describeBrowser, type PageOptions, useInspector } from "./support/browser";

const POINTS = parsePoints(readFileSync("lab/grade/points.json", "utf8"));

/** The files as a learner pastes them: into the file that is shown. */
async function paste(page: Page, path: string, text: string): Promise<void> {
  await page.getByRole("navigation", { name: "Files" }).getByRole("button", { name: path }).click();
  const editor = page.getByRole("textbox", { name: `Text of ${path}` });
  await editor.waitFor();
  await editor.fill(text);
}

async function pasteAll(page: Page, files: SubmissionFiles): Promise<void> {
  for (const [path, text] of files) await paste(page, path, text);
}

/** Opens files as a zip. */
async function openZip(page: Page, files: SubmissionFiles): Promise<void> {
  const entries = [...files].map(([path, text]) => [`mine/${path}`, new TextEncoder().encode(text)]);
  const buffer = Buffer.from(zipSync(Object.fromEntries(entries)));
  await page.locator("input[type=file]").setInputFiles({ name: "mine.zip", mimeType: "application/zip", buffer });
  await page.getByText(/files? opened/).waitFor();
}

async function compiled(page: Page, answer: string): Promise<void> {
  await page.locator(".status p", { hasText: answer }).waitFor();
}

async function grade(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Grade", exact: true }).click();
  await page.waitForSelector(".graded[data-current=true]", { timeout: 120_000 });
}

const pointsOf = (page: Page) => page.locator(".points strong").textContent();

/** SHA-256 of the program that the command line builds. */
async function fingerprintOf(files: SubmissionFiles): Promise<string> {
  const { wasm, elf, positions } = await compileSubmission(files, "driver");
  return createHash("sha256").update(wasm).update(elf).update(positions).digest("hex");
}

const withHandout = (changes: Record<string, string>): SubmissionFiles => {
  const texts = HANDOUT_FILES.map((path): [string, string] => [path, readFileSync(`lab/handout/${path}`, "utf8")]);
  return new Map([...texts, ...Object.entries(changes)]);
};
const HANDOUT_MM = readFileSync("lab/handout/libmm/mm.ts", "utf8");
const ALLOC = "export function mmAllocAligned(_mm: Mm, _size: u64, _alignment: u64): errval_t {\n";

describeBrowser("the lab's page", () => {
  const { open: openPage } = useInspector();
  const open = async (options: PageOptions = {}) => {
    const inspector = await openPage("lab.html", options);
    await compiled(inspector.page, "Your files compile.");
    return inspector;
  };

  it("the reference solution, pasted, gets all points with the program of the command line", async () => {
    const { page, errors } = await open();
    const files = readSolution("list");
    await pasteAll(page, files);
    await grade(page);
    const all = Object.values(POINTS.points).reduce((sum, each) => sum + each, 0);
    expect(await pointsOf(page)).toMatch(new RegExp(`^${all} of `));
    expect(await page.locator(".scenario[data-ok=true]").count()).toBe(Object.keys(POINTS.points).length);
    const shown = await page.locator("[data-fingerprint]").getAttribute("data-fingerprint");
    expect(shown).toBe(await fingerprintOf(files));
    expect(errors).toEqual([]);
  });

  describe("a wrong solution gets the grade and the explanation of the command line:", () => {
    const chosen = [WRONG_SOLUTIONS[0], WRONG_SOLUTIONS.find(({ kind }) => kind === "handed-out-twice")];
    it.each(chosen.map((wrong, index) => [wrong?.name ?? `none ${index}`, wrong] as const))("%s", async (_, wrong) => {
      if (!wrong) throw new Error("there is no such wrong solution");
      const { page } = await open();
      const files = readWrongSolution(wrong);
      await openZip(page, files);
      await grade(page);
      const built = await buildSubmission(files, "driver");
      if ("problems" in built) throw new Error(built.problems.join("\n"));
      const expected = gradeProgram({
        name: "mine",
        images: compileSystemImages(),
        program: built,
        files,
        points: POINTS,
      });
      expect(await pointsOf(page)).toBe(`${expected.earned} of ${expected.total} points`);
      const first = expected.scenarios.find(({ ok }) => !ok);
      const shown = page.locator(`.scenario[data-ok=false]`).first();
      expect(await shown.getAttribute("data-id")).toBe(first?.id);
      const why = await shown.locator(".why").textContent();
      expect(why).toContain(first?.explanation?.happened);
      expect(why).toContain(first?.explanation?.means);
      expect(why).toContain(first?.explanation?.call);
    });
  });

  it("a grading after a failed download tries again", async () => {
    const { page } = await open();
    await page.route("**/system/cpudriver.wasm", (route) => route.abort());
    await page.getByRole("button", { name: "Grade", exact: true }).click();
    await page.getByText("cpudriver.wasm").waitFor();
    await page.unroute("**/system/cpudriver.wasm");
    await grade(page);
    expect(await pointsOf(page)).toMatch(/^0 of 100/);
  });

  it("a click on the place of a failure goes to the line", async () => {
    const { page } = await open();
    await grade(page);
    await page
      .locator(".why")
      .first()
      .getByRole("button", { name: /^libmm\/mm\.ts:/ })
      .first()
      .click();
    const line = await page.locator(".cm-activeLine").textContent();
    expect(line).toContain("export function mm");
  });

  it("a syntax error is reported at its line, and grading says why there are no points", async () => {
    const { page } = await open();
    const text = HANDOUT_MM.replace(ALLOC, `${ALLOC}  const = 1;\n`);
    const line = text.split("\n").indexOf("  const = 1;") + 1;
    await paste(page, "libmm/mm.ts", text);
    await page
      .getByRole("button", { name: `libmm/mm.ts:${line}` })
      .first()
      .click();
    expect(await page.locator(".cm-activeLine").textContent()).toBe("  const = 1;");
    expect(await page.locator(".cm-lint-marker-error").count()).toBeGreaterThan(0);
    await grade(page);
    expect(await pointsOf(page)).toMatch(/^0 of /);
  });

  it("an expression that needs a heap is reported at its line", async () => {
    const { page } = await open();
    const text = HANDOUT_MM.replace(ALLOC, `${ALLOC}  const pages = [_size];\n  if (pages.length > 2) return 1;\n`);
    const line = text.split("\n").indexOf("  const pages = [_size];") + 1;
    await paste(page, "libmm/mm.ts", text);
    const problem = page.locator(".problems li", { hasText: "which needs a heap" }).first();
    expect(await problem.textContent()).toContain(`libmm/mm.ts:${line}`);
  });

  it("an endless loop is stopped, and its line is reported", async () => {
    const { page } = await open();
    // Each scenario loops until its limit.
    await page.route("**/lab-points.json", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), milliseconds: 300 } });
    });
    const files = new Map(readSolution("list"));
    const mm = files.get("libmm/mm.ts") as string;
    const changed = mm.replace(/(export function mmInit\([\s\S]*?\): errval_t \{\n)/, "$1  while (true) {}\n");
    expect(changed).not.toBe(mm);
    await openZip(page, files.set("libmm/mm.ts", changed));
    await grade(page);
    const why = await page.locator(".why").first().textContent();
    const line = changed.split("\n").indexOf("  while (true) {}") + 1;
    expect(why).toContain("Endless loop");
    expect(why).toContain(`libmm/mm.ts:${line}`);
  });

  it("files survive a reload, and can be reset to the hand-out", async () => {
    const { page } = await open();
    const text = `${HANDOUT_MM}// my own line\n`;
    await paste(page, "libmm/mm.ts", text);
    await page.reload();
    const editor = page.getByRole("textbox", { name: "Text of libmm/mm.ts" });
    await editor.press("Control+End");
    await page.getByText("// my own line").waitFor();
    await page.getByRole("button", { name: "Reset this file" }).click();
    await page.getByRole("dialog").getByText("// my own line").waitFor();
    await page.getByRole("button", { name: "Reset the file" }).click();
    await editor.press("Control+End");
    expect(await page.getByText("// my own line").count()).toBe(0);
  });

  it("the zip has the files of the learner's folder", async () => {
    const { page } = await open();
    await paste(page, "init/tests.ts", "export function ownTests(): void {}\n// mine\n");
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save the files as a zip" }).click();
    const zip = unzipSync(new Uint8Array(readFileSync(await (await waiting).path())));
    const saved = new Map(Object.entries(zip).map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]));
    expect(saved).toEqual(withHandout({ "init/tests.ts": "export function ownTests(): void {}\n// mine\n" }));
  });

  it("a file that is not a zip is refused with a sentence, and changes nothing", async () => {
    const { page } = await open();
    const buffer = Buffer.from("not a zip");
    await page.locator("input[type=file]").setInputFiles({ name: "notes.zip", mimeType: "application/zip", buffer });
    await page.getByText("notes.zip: it is not a zip that can be read. The files have not changed.").waitFor();
    await compiled(page, "Your files compile.");
  });

  it("inspector and lab link to each other", async () => {
    const { page } = await open();
    await page.getByRole("link", { name: "Inspector" }).click();
    await page.getByRole("link", { name: /The lab/ }).click();
    await compiled(page, "Your files compile.");
  });

  describe("how it looks:", () => {
    const seriousProblems = async (page: Page) => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
    };

    it.each(["light", "dark"] as const)("axe finds nothing serious, %s", async (scheme) => {
      const { page } = await open({ scheme });
      await grade(page);
      expect(await seriousProblems(page)).toEqual([]);
      await paste(page, "libmm/mm.ts", `${HANDOUT_MM}const = 1;\n`);
      await page.locator(".problems li").first().waitFor();
      expect(await seriousProblems(page)).toEqual([]);
      await page.getByRole("button", { name: "Reset this file" }).click();
      await page.locator("dialog .cm-editor").waitFor();
      expect(await seriousProblems(page)).toEqual([]);
    });

    it.each([390, 1280, 2560])("nothing reaches past the edge at %i pixels", async (width) => {
      const { page } = await open({ width, height: 844 });
      await grade(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      const right = await page.getByRole("button", { name: "Grade", exact: true }).boundingBox();
      expect((right?.x ?? 0) + (right?.width ?? 0)).toBeLessThanOrEqual(width);
    });
  });
});
