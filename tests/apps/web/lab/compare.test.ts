/** The lab's race in a real browser: the learner's manager beside the built-in policies. */
import { readFileSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { compileOwnRace } from "../../../../lab/build";
import { readOwnSource } from "../../../../lab/node/package-root";
import { type RaceChoice, traceOf } from "../../../../lab/race/choice";
import { type RaceResult, raceManagers } from "../../../../lab/race/race";
import { HANDOUT_FILES } from "../../../../lab/submission";
import { compileSystemImages } from "../../../../machines/hosted/node/load-images";
import { readSolution } from "../../../lab/read-solution";
import { describeBrowser, type PageOptions, useInspector } from "../support/browser";
import { compiles, openFiles } from "../support/lab-page";

/** The rows of the table that do not depend on time. */
const COUNTED = [
  "system calls",
  "first refusal at",
  "refusals",
  "fragmentation",
  "metadata",
  "a live piece",
  "record",
] as const;

interface Saved extends RaceChoice {
  operations: number;
  results: RaceResult[];
}

describeBrowser("the race in the lab's page", () => {
  const { open: openPage } = useInspector();
  const open = async (options: PageOptions = {}) => {
    const inspector = await openPage("lab.html", options);
    await compiles(inspector.page);
    await inspector.page.getByRole("tab", { name: "Compare" }).click();
    return inspector;
  };

  async function race(page: Page, policies: readonly string[], exchanges = "2000"): Promise<void> {
    await page.getByLabel("Length").selectOption(exchanges);
    for (const box of await page.getByRole("group", { name: "Against" }).getByRole("checkbox").all())
      await box.uncheck();
    for (const policy of policies) await page.getByRole("checkbox", { name: policy }).check();
    await page.getByRole("button", { name: "Race", exact: true }).click();
    await page.waitForSelector(".race-results[data-current=true]");
    await page.getByRole("button", { name: "Grade", exact: true }).waitFor();
  }

  /** The cells of the table's row. */
  const row = (page: Page, title: string) =>
    page
      .locator(".race-figures tr", { has: page.getByRole("rowheader", { name: title, exact: true }) })
      .locator("td")
      .allTextContents();

  async function saved(page: Page): Promise<Saved> {
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save the figures" }).click();
    return JSON.parse(readFileSync(await (await waiting).path(), "utf8")) as Saved;
  }

  let reference: Map<string, string>;
  beforeAll(async () => {
    const { inputs } = await compileOwnRace(readOwnSource);
    const own = inputs.filter((path) => /^system\/(libmm|libaos\/mapping)\//.test(path));
    const paths = [...own, ...HANDOUT_FILES.map((path) => `system/${path}`)];
    reference = new Map(paths.map((path) => [path.slice("system/".length), readFileSync(path, "utf8")]));
  });

  it("the reference's files and the built-in policy have the same counts, and times that belong together", async () => {
    const { page, errors } = await open();
    await openFiles(page, reference);
    await race(page, ["typefish"]);
    for (const title of COUNTED) {
      const [mine, theirs] = await row(page, title);
      expect({ title, mine }).toEqual({ title, mine: theirs });
      expect(mine).toMatch(/\d/);
    }
    const { results, ...choice } = await saved(page);
    for (const { nanoseconds, callNanoseconds, samples } of results) {
      expect(nanoseconds).toBeGreaterThan(0);
      expect(callNanoseconds).toBeGreaterThan(0);
      expect(samples.at(-1)?.operation).toBe(choice.operations);
    }
    // The page and the command line count the same.
    const program = await compileOwnRace(readOwnSource);
    const entrants = [{ name: "typefish", program, policy: "typefish" as const }];
    const [there] = raceManagers({ images: compileSystemImages(), entrants, trace: traceOf(choice) });
    const counts = ({ samples, refusals, firstRefusal, metadataBytes }: RaceResult) => ({
      refusals,
      firstRefusal,
      metadataBytes,
      samples: samples.map(({ operation, systemCalls, inUse, livePieces, fragmentation, metadata }) => {
        return { operation, systemCalls, inUse, livePieces, fragmentation, metadata };
      }),
    });
    expect(counts(results[1] as RaceResult)).toEqual(counts(there as RaceResult));
    expect(errors).toEqual([]);
  });

  it("a curve can be read at a place, and as a table", async () => {
    const { page } = await open();
    await openFiles(page, readSolution("list"));
    await race(page, ["typefish", "buddy"]);
    const curve = page.locator("[data-curve=in-use]");
    const readings = curve.locator(".readings");
    const atEnd = await readings.textContent();
    await curve.locator("canvas").hover({ position: { x: 3, y: 40 } });
    expect(await readings.textContent()).not.toBe(atEnd);
    expect(await readings.textContent()).toMatch(/^after \d+ operations/);
    await curve.getByText("As a table").click();
    expect(await curve.locator("th").allTextContents()).toEqual(["After operation", "your files", "typefish", "buddy"]);
    const last = await curve.locator("tbody tr").last().locator("td").allTextContents();
    for (const cell of last.slice(1)) expect(atEnd).toContain(cell);
  });

  it("a manager that loops has a curve that ends there, and a sentence with the line; the others finish", async () => {
    const { page } = await open();
    const files = new Map(readSolution("list"));
    const text = files.get("libmm/mm.ts") as string;
    const changed = text.replace(/(export function mmFree\([\s\S]*?\): errval_t \{\n)/, "$1  while (true) {}\n");
    await openFiles(page, files.set("libmm/mm.ts", changed));
    await race(page, ["typefish"]);
    const line = changed.split("\n").indexOf("  while (true) {}") + 1;
    const stop = page.locator("[data-stopped='your files']");
    expect(await stop.textContent()).toMatch(/It ended after [\d,]+ operations, in mmFree\(.*endless loop/);
    const { results, operations } = await saved(page);
    expect(results[0]?.samples.at(-1)?.operation ?? 0).toBeLessThan(operations);
    expect(results[1]?.operations).toBe(operations);
    await stop.getByRole("button", { name: `libmm/mm.ts:${line}` }).click();
    expect(await page.locator(".cm-activeLine").textContent()).toBe("  while (true) {}");
  });

  it("files that do not compile do not race, and the page says why", async () => {
    const { page } = await open();
    const files = new Map(readSolution("list"));
    await openFiles(page, files.set("libmm/mm.ts", `${files.get("libmm/mm.ts")}const = 1;\n`));
    await race(page, ["typefish"]);
    expect(await page.locator(".race-results .bad").first().textContent()).toContain("libmm/mm.ts:");
  });

  it("a race can be stopped, and the page goes on", async () => {
    const { page } = await open();
    await openFiles(page, readSolution("list"));
    await page.getByLabel("Length").selectOption("50000");
    await page.getByRole("button", { name: "Race", exact: true }).click();
    await page.getByText(/The managers race: \d+ %/).waitFor();
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByText("Stopped.").waitFor();
    await compiles(page);
    await race(page, ["best-fit"]);
    expect(await page.locator(".race-figures thead th").allTextContents()).toEqual(["your files", "best-fit"]);
  });

  it("on a slow computer the page answers while the worker compiles and races", async () => {
    const { page } = await open();
    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await openFiles(page, readSolution("list"));
    // A long race, so that it is not over too soon.
    await page.getByLabel("Length").selectOption("50000");
    for (const box of await page.getByRole("group", { name: "Against" }).getByRole("checkbox").all()) await box.check();
    await page.getByRole("button", { name: "Race", exact: true }).click();
    await page.getByRole("button", { name: "Stop", exact: true }).waitFor();
    // The worker is busy: the page shows another file, takes over what is typed, and shows another panel.
    await page.getByRole("button", { name: "init/tests.ts" }).click();
    const editor = page.getByRole("textbox", { name: "Text of init/tests.ts" });
    await editor.press("Control+Home");
    await editor.pressSequentially("// typed meanwhile\n");
    await page.getByText("// typed meanwhile").waitFor();
    await page.getByRole("tab", { name: "Results" }).click();
    await page.getByRole("tab", { name: "Compare" }).click();
    expect(await page.getByRole("button", { name: "Stop", exact: true }).count()).toBe(1);
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await compiles(page);
  });

  describe("how it looks:", () => {
    it.each([
      ["light", 390],
      ["dark", 1280],
    ] as const)(
      "axe finds nothing serious and nothing reaches past the edge, %s at %i pixels",
      async (scheme, width) => {
        const { page } = await open({ scheme, width, height: 844 });
        await openFiles(page, readSolution("list"));
        await race(page, ["typefish", "first-fit", "best-fit", "buddy", "address-tree"]);
        for (const summary of await page.locator(".compare summary").all()) await summary.click();
        const { violations } = await new AxeBuilder({ page }).analyze();
        const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        const box = await page.locator(".race-results").boundingBox();
        expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
      },
    );
  });
});
