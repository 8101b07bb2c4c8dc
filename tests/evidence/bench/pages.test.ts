/** `typefish bench --write`: what it writes into both pages, and the pages as they are in the checkout. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { POLICIES_PAGE, SYSTEM_PAGE } from "../../../evidence/bench/document";
import { fragmentationPlot, renderPlot } from "../../../evidence/bench/plots";
import { Measurements } from "../../../evidence/bench/program";
import type { RaceResult } from "../../../evidence/bench/race";
import { type Findings, writeFindings } from "../../../evidence/bench/run";
import { checkoutFolder } from "../../../machines/native/checkout";
import { POLICIES } from "../../../system/libmm/layout/mm-policies";
import { raceResult } from "./support/race-result";

const IMAGES = "docs/images/benchmarks";
const PAGES = [SYSTEM_PAGE, POLICIES_PAGE];

function raceOn(trace: string, fragmentation: number): RaceResult[] {
  return POLICIES.map((policy) => raceResult({ policy, trace, fragmentation: [0, fragmentation] }));
}

function findings(): Findings {
  const measurements = new Measurements();
  measurements.add("null", 0, 20);
  measurements.add("mm-pair", 100, 800);
  const table = (title: string) => ({ title, head: ["", "time"], rows: [["x", "1 ns"]] });
  return {
    machine: "a machine",
    seed: 7,
    aims: [{ aim: "an aim", measured: "2 times", met: false }],
    measurements,
    races: [raceOn("mix", 0.5), raceOn("pages", 0.001)],
    growth: POLICIES.map((policy) => ({ policy, isNative: false, pairs: [{ live: 100, nanoseconds: 150 }] })),
    systemTables: [table("a table of the system")],
    raceTables: [table("mix: a race"), table("pages: a race")],
  };
}

/** The pages of the checkout with other text in their sections. */
function withOldText(page: string): string {
  const text = readFileSync(join(checkoutFolder(), page), "utf8");
  return text.replace(/(<!-- (?!end of).*? -->)[\s\S]*?(<!-- end of )/g, "$1\nold\n$2");
}

function withoutSections(text: string): string {
  return text.replace(/(<!-- (?!end of).*? -->)[\s\S]*?(<!-- end of )/g, "$1$2");
}

describe("--write", () => {
  let root = "";
  const read = (page: string) => readFileSync(join(root, page), "utf8");

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "typefish-"));
    mkdirSync(join(root, IMAGES), { recursive: true });
    for (const page of PAGES) writeFileSync(join(root, page), withOldText(page));
    writeFileSync(join(root, IMAGES, "fragmentation-old.svg"), "<svg/>");
    await writeFindings(findings(), root);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it.each([
    [SYSTEM_PAGE, ["| an aim | 2 times | NOT met |", "a table of the system", "| mix | 100 ns |", "system-growth.svg"]],
    [POLICIES_PAGE, ["### mix: a race", "### pages: a race", "| typefish | 150 ns |", "policy-growth.svg"]],
  ])("writes into %s", (page, expected) => {
    for (const text of expected) expect(read(page)).toContain(text);
  });

  it("writes the details of the races into the page on policies only", () => {
    expect(read(SYSTEM_PAGE)).not.toContain(": a race");
    expect(read(SYSTEM_PAGE)).not.toContain("fragmentation-");
  });

  it.each(PAGES)(
    "replaces every section of %s, or leaves it to the native benchmark, and keeps the text around",
    (page) => {
      const old = [...read(page).matchAll(/<!-- (.*?) -->\nold\n/g)].map((match) => match[1]);
      expect(old.every((section) => section?.endsWith(": written by npm run bench:native"))).toBe(true);
      expect(old).toHaveLength(page === SYSTEM_PAGE ? 2 : 0);
      expect(withoutSections(read(page))).toBe(withoutSections(withOldText(page)));
    },
  );

  it("draws no plot in which nothing can be seen, and removes old plots", () => {
    expect(readdirSync(join(root, IMAGES)).sort()).toEqual([
      "fragmentation-mix.svg",
      "policy-growth.svg",
      "system-growth.svg",
    ]);
    expect(read(POLICIES_PAGE)).toContain("There is no plot of this race");
  });

  it("keeps the figures", () => {
    const { machine, figures } = JSON.parse(read("evidence/bench/results/hosted.json")) as Record<string, unknown>;
    expect([machine, figures]).toEqual(["a machine", { "null 0": 20, "mm-pair 100": 800 }]);
  });
});

describe("the pages", () => {
  it("show all plots that there are, and no others", () => {
    const shown = PAGES.flatMap((page) =>
      Array.from(
        readFileSync(join(checkoutFolder(), page), "utf8").matchAll(/\]\(images\/benchmarks\/(.*?)\)/g),
        (match) => match[1] as string,
      ),
    );
    expect(shown.sort()).toEqual(readdirSync(join(checkoutFolder(), IMAGES)).sort());
  });
});

describe("a plot of fragmentation", () => {
  it("has a panel for each policy, on a background of its own", async () => {
    const plot = fragmentationPlot("mix", raceOn("mix", 0.5));
    const svg = await renderPlot(plot as NonNullable<typeof plot>);
    for (const policy of POLICIES) expect(svg).toContain(`>${policy}</text>`);
    expect(svg).toContain('fill="#fff"');
  });

  it("is left out below 1 %", () => {
    expect(fragmentationPlot("mix", raceOn("mix", 0.009))).toBeNull();
  });
});
