/** In the lab's page, a failure is explained, and opens the inspector at the call where expectation and reality part. */
import { readFileSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { zipSync } from "fflate";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { KINDS, type Kind } from "../../../../lab/grade/kinds";
import { parsePoints } from "../../../../lab/grade/points";
import type { SubmissionFiles } from "../../../../lab/submission";
import { readSolution, readWrongSolution } from "../../../lab/read-solution";
import { WRONG_SOLUTIONS } from "../../../lab/wrong-solutions";
import { describeBrowser, useInspector } from "../support/browser";

/** Scenarios in which the wrong solutions below fail. */
const CHOSEN = ["G01", "G02", "G07", "G09", "G20", "G28", "G33", "G46"];
const all = parsePoints(readFileSync("lab/grade/points.json", "utf8"));
const points = (hidden: readonly string[] = []) => ({
  ...all,
  milliseconds: 2000,
  points: Object.fromEntries(CHOSEN.map((id) => [id, all.points[id]])),
  extra: [],
  hidden,
});

interface TypicalMistake {
  /** A wrong solution, by its name. */
  name: string;
  kind: Kind;
  scenario: string;
  /** What the inspector's panel of the call shows. */
  call: readonly (string | RegExp)[];
  /** What it selects. A group that is named must occur in the explanation. */
  select: RegExp;
  /** A question about an earlier moment, and the answer in the panel of the call. */
  back?: readonly [question: string, call: string];
}

const FIRST = "Who handed out this page the first time?";
const TYPICAL: readonly TypicalMistake[] = [
  {
    name: "the offset of capRetype is always 0",
    kind: "wrong-offset",
    scenario: "G02",
    call: ["retype", "SYS_ERR_REVOKE_FIRST", "capRetype(slot, piece.regionCap, offset"],
    select: /^page\.0x(?<address>8[0-9a-f]{7})$/,
    back: [FIRST, "retype"],
  },
  {
    name: "a split does not shorten the lower part",
    kind: "handed-out-twice",
    scenario: "G07",
    call: ["retype", "SYS_ERR_REVOKE_FIRST", "capRetype(slot, piece.regionCap, offset"],
    select: /^page\.0x(?<address>8[0-9a-f]{7})$/,
    back: [FIRST, "retype"],
  },
  {
    name: "the remaining piece is lost",
    kind: "memory-lost",
    scenario: "G02",
    call: ["The run is over."],
    select: /^page\.0x8[0-9a-f]{7}$/,
  },
  {
    name: "mmFree does not destroy the capability",
    kind: "capability-left",
    scenario: "G09",
    call: ["The run is over."],
    select: /^slot\.0x8[0-9a-f]{7}$/,
    back: ["Which call made this capability?", "retype"],
  },
  {
    name: "a second free is accepted",
    kind: "double-free",
    scenario: "G20",
    call: ["The run is over."],
    select: /^page\.0x8[0-9a-f]{7}$/,
    back: ["Who freed this page last?", "delete"],
  },
  {
    name: "free pieces are not merged",
    kind: "not-merged",
    scenario: "G09",
    call: ["The run is over."],
    select: /^page\.0x8[0-9a-f]{7}$/,
    back: ["Which call freed memory last?", "delete"],
  },
  {
    name: "the second chunk shows the start of the frame",
    kind: "wrong-page",
    scenario: "G46",
    call: ["map", "vnodeMap(table, copy, l2Entry(va), flags, offset, pages)"],
    select: /^address\.0x(?<address>5600000)$/,
    back: ["Which call made the frame?", "retype"],
  },
  {
    name: "the frame itself is mapped instead of a copy",
    kind: "map-refused",
    scenario: "G33",
    call: ["map", "SYS_ERR_VM_ALREADY_MAPPED", "vnodeMap("],
    select: /^address\.0x10100000$/,
    back: ["Which call made the frame?", "retype"],
  },
  {
    name: "no slot is allocated",
    kind: "no-destination",
    scenario: "G01",
    call: ["retype", "SYS_ERR_DEST_ROOTCN_LOOKUP", "capRetype(slot, piece.regionCap, offset"],
    select: /^page\.0x8[0-9a-f]{7}$/,
  },
  {
    name: "an insertion follows the null link behind the last piece",
    kind: "null-pointer",
    scenario: "G01",
    call: ["The run is over.", "data abort", "changetype<MmNode>(next).prev = node;"],
    select: /^address\.0x(?<address>20)$/,
  },
  {
    name: "a search does not move on",
    kind: "endless-loop",
    scenario: "G02",
    call: ["The run is over.", "it ran longer than", "findFree"],
    select: /^$/,
  },
  {
    name: "mmAlloc calls itself",
    kind: "endless-recursion",
    scenario: "G01",
    call: ["The run is over.", "stack overflow", "return mmAlloc(mm, size);"],
    select: /^$/,
  },
];

function wrong(name: string): SubmissionFiles {
  const found = WRONG_SOLUTIONS.find((each) => each.name === name);
  if (!found) throw new Error(`there is no wrong solution "${name}"`);
  return readWrongSolution(found);
}

/** A correct solution with another file of own tests. */
const withOwnTests = (body: string): SubmissionFiles =>
  new Map(readSolution("list")).set("init/tests.ts", `export function ownTests(): void {\n${body}\n}\n`);

async function openZip(page: Page, files: SubmissionFiles): Promise<void> {
  const close = page.locator(".lab-notice").getByRole("button");
  if (await close.isVisible()) await close.click();
  const entries = [...files].map(([path, text]) => [`mine/${path}`, new TextEncoder().encode(text)]);
  const buffer = Buffer.from(zipSync(Object.fromEntries(entries)));
  await page.locator("input[type=file]").setInputFiles({ name: "mine.zip", mimeType: "application/zip", buffer });
  await page.getByText(/files? opened/).waitFor();
}

async function grade(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "Results" }).click();
  await page.getByRole("button", { name: "Grade", exact: true }).click();
  await page.waitForSelector(".graded[data-current=true]", { timeout: 120_000 });
}

/** Runs something in the panel for runs, up to its end. */
async function run(page: Page, what: string): Promise<void> {
  await startRun(page, what);
  await page.waitForSelector(`[data-ran="${what}"]`);
}

async function startRun(page: Page, what: string): Promise<void> {
  await page.getByRole("tab", { name: "Run" }).click();
  await page.getByRole("combobox", { name: "Run" }).fill(what);
  await page.getByRole("button", { name: "Run", exact: true }).click();
}

/** Opens the inspector by a click, which makes a new tab. */
async function inspectorOf(page: Page, click: () => Promise<void>): Promise<Page> {
  for (const other of page.context().pages()) if (other !== page) await other.close();
  const opened = page.context().waitForEvent("page");
  await click();
  const tab = await opened;
  await tab.waitForURL(/#.*lab=/);
  await tab.waitForSelector(".view[data-call] > *");
  return tab;
}

const wordsOf = (tab: Page) => new URLSearchParams(new URL(tab.url()).hash.slice(1));
const textOfCall = (tab: Page, text: string | RegExp) => tab.locator(".call", { hasText: text }).first();

describeBrowser("a failure in the lab's page", () => {
  const { open, url } = useInspector();
  let page: Page;
  let errors: readonly string[];

  beforeAll(async () => {
    ({ page, errors } = await open("lab.html"));
    await page.route("**/lab-points.json", (route) => route.fulfill({ json: points() }));
    await page.locator(".status p", { hasText: "Your files compile." }).waitFor();
  });

  describe("is graded down, is explained, and opens the inspector where expectation and reality part:", () => {
    it.each(TYPICAL.map((mistake) => [mistake.name, mistake] as const))("%s", async (_, mistake) => {
      const { name, kind, scenario, call, select, back } = mistake;
      await openZip(page, wrong(name));
      await grade(page);
      expect(await page.locator(".points strong").textContent()).not.toMatch(/^(\d+) of \1 points$/);
      const failed = page.locator(".scenario[data-ok=false]").first();
      expect(await failed.getAttribute("data-id")).toBe(scenario);
      const why = (await failed.locator(".why").textContent()) ?? "";
      expect(why.toLowerCase()).toContain(KINDS[kind].title.toLowerCase());

      const tab = await inspectorOf(page, () => failed.getByRole("button", { name: "Open in the inspector" }).click());
      for (const text of call) await textOfCall(tab, text).waitFor();
      const selected = wordsOf(tab).get("select") ?? "";
      expect(selected).toMatch(select);
      const { address } = select.exec(selected)?.groups ?? {};
      if (address !== undefined) expect(why).toContain(`0x${address.padStart(8, "0")}`);
      expect(await tab.locator(".lab-card").textContent()).toContain(scenario);

      if (back) {
        const [question, answer] = back;
        const before = wordsOf(tab).get("call") ?? "Infinity";
        await failed.getByRole("button", { name: question }).click();
        await tab.waitForFunction((last) => !location.hash.includes(`call=${last}&`), before);
        await textOfCall(tab, answer).waitFor();
        expect(Number(wordsOf(tab).get("call"))).toBeLessThan(Number(before));
        expect(wordsOf(tab).get("select")?.split(".")[0]).toMatch(/^(page|slot)$/);
      }
      await tab.close();
    });
  });

  it("shows the same after the inspector is loaded again; a recording that is gone is a sentence", async () => {
    await openZip(page, wrong("a split does not shorten the lower part"));
    await grade(page);
    const link = page.getByRole("button", { name: "Open in the inspector" }).first();
    const tab = await inspectorOf(page, () => link.click());
    await textOfCall(tab, "SYS_ERR_REVOKE_FIRST").waitFor();
    const before = tab.url();
    await tab.reload();
    await textOfCall(tab, "SYS_ERR_REVOKE_FIRST").waitFor();
    expect(tab.url()).toBe(before);
    await tab.getByRole("button", { name: FIRST }).click();
    await tab.waitForFunction((old) => location.href !== old, before);
    await tab.goto(`${url()}index.html#lab=0000000000000`);
    await tab.reload();
    await tab.getByText("The recording is not here any more").waitFor();
    await tab.close();
  });

  it("of a hidden scenario shows no reason and opens no inspector", async () => {
    await page.route("**/lab-points.json", (route) => route.fulfill({ json: points(["G07"]) }));
    await openZip(page, wrong("a split does not shorten the lower part"));
    await grade(page);
    const hidden = page.locator(".scenario[data-id=G07]");
    expect(await hidden.textContent()).toContain("(hidden)");
    expect(await hidden.getByRole("button").count()).toBe(0);
    await startRun(page, "G07");
    await page.getByText("No scenario matches 'G07'").waitFor();
    await page.unroute("**/lab-points.json");
    await page.route("**/lab-points.json", (route) => route.fulfill({ json: points() }));
  });

  describe("or a run by itself:", () => {
    it("init prints, and its run opens in the inspector", async () => {
      await openZip(page, new Map(readSolution("list")).set("init/tests.ts", OWN_LINE));
      await run(page, "init");
      expect(await page.getByRole("log").textContent()).toContain("my own line");
      await page.getByText("init waits for messages").waitFor();
      const tab = await inspectorOf(page, () => page.getByRole("button", { name: "Open in the inspector" }).click());
      await tab.locator(".panel-console", { hasText: "my own line" }).waitFor();
      await tab.close();
    });

    it("one scenario is run from its result", async () => {
      await openZip(page, wrong("a split does not shorten the lower part"));
      await grade(page);
      await page.getByRole("button", { name: "Run G07 alone" }).click();
      await page.waitForSelector("[data-ran=G07]");
      expect(await page.locator(".run .scenario").count()).toBe(1);
      expect(await page.locator(".run .why").textContent()).toContain("Memory is handed out twice");
      await run(page, "G0*");
      expect(await page.locator(".run .scenario").count()).toBe(4);
    });

    it("an endless loop is stopped, and its function and line are named", async () => {
      await openZip(page, withOwnTests("  while (true) {}"));
      await run(page, "init");
      expect(await page.locator(".run-end").textContent()).toMatch(/it ran longer than.*ownTests init\/tests\.ts:2/);
    });

    it("a recursion is stopped, and its function and line are named", async () => {
      const tests =
        "function deeper(n: u32): u32 {\n  return n + deeper(n + 1);\n}\nexport function ownTests(): void {\n  deeper(0);\n}\n";
      await openZip(page, new Map(readSolution("list")).set("init/tests.ts", tests));
      await run(page, "init");
      expect(await page.locator(".run-end").textContent()).toMatch(/stack overflow.*deeper init\/tests\.ts:2/);
    });

    it("a crash at start-up is a sentence with function and line", async () => {
      await openZip(page, wrong("mmInit does not keep the function that allocates slots"));
      await run(page, "init");
      expect(await page.locator(".run-end").textContent()).toMatch(/The program was stopped.*libmm\/mm\.ts:\d+/);
    });

    it("can be stopped", async () => {
      await openZip(page, withOwnTests("  while (true) {}"));
      await startRun(page, "init");
      await page.getByText("init runs.").waitFor();
      await page.locator(".run").getByRole("button", { name: "Stop" }).click();
      await page.getByText("Stopped.").waitFor();
      await page.locator(".status p", { hasText: "Your files compile." }).waitFor();
    });
  });

  it.each(["light", "dark"] as const)("has no serious problem of accessibility, %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await openZip(page, wrong("a split does not shorten the lower part"));
    await grade(page);
    await run(page, "G07");
    const tab = await inspectorOf(page, () => page.locator(".run .looks button").first().click());
    await textOfCall(tab, "SYS_ERR_REVOKE_FIRST").waitFor();
    for (const each of [page, tab]) {
      const { violations } = await new AxeBuilder({ page: each }).analyze();
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`)).toEqual([]);
    }
    await tab.close();
  });

  it("leaves no error in the page", () => {
    expect(errors.filter((text) => !text.includes("404"))).toEqual([]);
  });
});

const OWN_LINE =
  'import { debugPrintf, str } from "../libaos";\n\nexport function ownTests(): void {\n  debugPrintf("my own line\\n");\n}\n';
