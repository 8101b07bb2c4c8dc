/** The views of capabilities, CSpace, address space, walk and libmm in a real browser. */
import { readFileSync } from "node:fs";
import type { Locator } from "playwright-core";
import { expect, it } from "vitest";
import { describeBrowser, type Inspector, useInspector } from "../support/browser";

/** A moment in which init holds a few hundred pages. */
const T03 = "scenario=T03&call=900";
/** A page that is handed out then. */
const PAGE = "page.0x8026c000";

/** The text as it is on the screen: cells are apart from each other. */
async function textOf(locator: Locator): Promise<string> {
  await locator.waitFor();
  return (await locator.allInnerTexts()).join();
}

const selected = ({ page }: Inspector) => page.locator('.view .rows [aria-selected="true"]');
const rowTexts = ({ page }: Inspector) => page.locator(".view .rows .all .row").allInnerTexts();

describeBrowser("the views of capabilities and memory management", () => {
  const { open } = useInspector();

  it("the tree shows the selected page's capability, what it lies in, and where it is", async () => {
    const inspector = await open(`#view=capabilities&${T03}&select=${PAGE}`);
    await inspector.shows("capabilities", 900);
    expect(await textOf(selected(inspector))).toMatch(/^RAM\s+0x8026c000 – 0x8026cfff\s+4 KiB/);
    const card = inspector.page.locator(".detail");
    expect(await textOf(card.locator("h3"))).toContain("RAM");
    expect(await textOf(card)).toContain("1 ancestor");
    await card.locator(".links.stacked button").first().click();
    expect(await inspector.addressWith("capability.RAM.")).toMatch(/select=capability\.RAM\.0x8026c000\./);
    expect(await textOf(card)).toMatch(/\d+ descendants/);
    expect(inspector.errors).toEqual([]);
  });

  it("only the rows on the screen are in the document", async () => {
    const inspector = await open("#view=capabilities&scenario=P01&call=12000");
    await inspector.shows("capabilities", 12000);
    const grid = inspector.page.getByRole("treegrid", { name: "Capabilities" });
    expect(Number(await grid.getAttribute("aria-rowcount"))).toBeGreaterThan(10_000);
    expect((await rowTexts(inspector)).length).toBeLessThan(100);
    await grid.focus();
    await inspector.page.keyboard.press("End");
    await inspector.page.waitForFunction(() => location.hash.includes("select="));
    const count = Number(await grid.getAttribute("aria-rowcount"));
    expect(await selected(inspector).getAttribute("aria-rowindex")).toBe(String(count));
  });

  it("arrows move through the tree, and close and open its branches", async () => {
    const inspector = await open(`#view=capabilities&${T03}&select=capability.RAM.0x8026c000.0x3d94000`);
    await inspector.shows("capabilities", 900);
    const { page } = inspector;
    const grid = page.getByRole("treegrid");
    const rows = () => grid.getAttribute("aria-rowcount").then(Number);
    await grid.focus();
    const all = await rows();
    expect(await selected(inspector).getAttribute("aria-expanded")).toBe("true");
    await page.keyboard.press("ArrowLeft");
    await page.waitForSelector('.rows [aria-selected="true"][aria-expanded="false"]');
    expect(await rows()).toBeLessThan(all - 300);
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector('.rows [aria-selected="true"][aria-expanded="true"]');
    expect(await rows()).toBe(all);
    await page.keyboard.press("ArrowRight");
    await inspector.addressWith("select=capability.RAM.0x8026c000.0x1000");
    await page.keyboard.press("ArrowLeft");
    await inspector.addressWith("select=capability.RAM.0x8026c000.0x3d94000");
    expect(await inspector.call()).toBe(900);
  });

  it("search and filter leave what matches, and what it lies in", async () => {
    const inspector = await open(`#view=capabilities&${T03}`);
    await inspector.shows("capabilities", 900);
    const { page } = inspector;
    await page.getByRole("searchbox").fill("0x8026c010");
    await page.waitForFunction(() => document.querySelectorAll(".view .rows .all .row").length === 2);
    expect(await rowTexts(inspector)).toEqual([
      expect.stringMatching(/^RAM\s+0x8026c000/),
      expect.stringMatching(/^RAM\s+0x8026c000/),
    ]);
    await page.getByRole("searchbox").fill("");
    await page.getByRole("button", { name: /^Dispatchers/ }).click();
    await page.waitForFunction(() => document.querySelectorAll(".view .rows .all .row").length === 1);
    expect((await rowTexts(inspector))[0]).toMatch(/^Dispatcher/);
    await page.getByRole("searchbox").fill("Frame");
    await page.getByText("No capability matches.").waitFor();
  });

  it("the CSpace shows a slot in its CNode, and arrows move from slot to slot", async () => {
    const inspector = await open(`#view=cspace&${T03}&select=${PAGE}`);
    await inspector.shows("cspace", 900);
    const { page } = inspector;
    expect(await textOf(selected(inspector))).toMatch(/^0\s+0x700\s+RAM\s+0x8026c000/);
    const slots = page.getByRole("slider", { name: "Slots of the L2CNode in root slot 7" });
    expect(await slots.getAttribute("aria-valuetext")).toMatch(/^0x700: RAM, 0x8026c000/);
    await slots.focus();
    await page.keyboard.press("ArrowDown");
    await inspector.addressWith("select=slot.");
    await page.waitForFunction(() => document.querySelector('[aria-valuetext^="0x710: RAM"]') !== null);
    await page.getByRole("slider", { name: "Slots of the root CNode" }).focus();
    await page.keyboard.press("Home");
    await page.getByText("L2CNode in root slot 0 (task): 10 of 256 slots").waitFor();
    await page.getByRole("grid", { name: "Occupied slots of the L2CNode in root slot 0" }).waitFor();
    await expect.poll(async () => (await rowTexts(inspector))[0]).toMatch(/^1\s+0x001\s+Dispatcher/);
    expect(inspector.errors).toEqual([]);
  });

  it("the walk shows each descriptor bit by bit, and where it leads", async () => {
    const inspector = await open(`#view=walk&${T03}&select=address.0x400123`);
    await inspector.shows("walk", 900);
    const { page } = inspector;
    const steps = page.locator(".walk-step");
    expect(await steps.locator("h3").allInnerTexts()).toEqual([
      expect.stringMatching(/^TTBR0\s+0x80220000/),
      expect.stringMatching(/^L1 descriptor\s+page table/),
      expect.stringMatching(/^L2 descriptor\s+small page/),
      expect.stringMatching(/^Physical address\s+0x8022c123/),
    ]);
    expect(await steps.nth(2).locator(".bit-digits span").allInnerTexts()).toHaveLength(32);
    expect(await textOf(steps.nth(2).locator("table"))).toContain("normal memory, write-back, write-allocate");
    expect(await textOf(steps.nth(3))).toMatch(/Load\s+allowed for the program/);
    await page.getByRole("button", { name: "The page after" }).click();
    await inspector.addressWith("address.0x401123");
    await steps.nth(2).locator("p button").click();
    expect(await inspector.addressWith("select=entry.")).toMatch(/entry\.0x8/);
    expect(await page.getByLabel("Virtual address").inputValue()).toBe("0x00401000");
  });

  it("the walk says why an access would fault, and what to type instead of nonsense", async () => {
    const inspector = await open(`#view=walk&${T03}`);
    await inspector.shows("walk", 900);
    const { page } = inspector;
    await page.getByLabel("Virtual address").fill("0x12345678");
    await page.getByRole("button", { name: "Translate" }).click();
    await page.getByText("The walk ends in a fault").waitFor();
    expect(await textOf(page.locator(".walk-step.bad").last())).toContain("translation fault, section");
    await page.getByLabel("Virtual address").fill("page 5");
    await page.keyboard.press("Enter");
    await page.getByText("Type up to eight hexadecimal digits").waitFor();
    await page.getByLabel("Virtual address").fill("1000000");
    await page.keyboard.press("Enter");
    await page.locator(".accesses .allowed").waitFor();
    expect(await textOf(page.locator(".accesses .refused"))).toContain("the program may not write here");
    expect(await textOf(page.locator(".accesses .allowed"))).toContain("Load");
  });

  it("the address space leads from a region to its frame, its mapping and its page", async () => {
    const inspector = await open(`#view=space&${T03}&select=address.0x400000`);
    await inspector.shows("space", 900);
    const { page } = inspector;
    expect(await textOf(selected(inspector))).toMatch(/^0x00400000(.|\s)*248 KiB\s+rw-/);
    expect(await page.locator(".mib").count()).toBeGreaterThan(2);
    await selected(inspector).getByRole("button", { name: "0x8022c000" }).click();
    expect(await inspector.addressWith("select=page.0x8022c000")).not.toContain("view=space");
    await inspector.shows("memory", 900);
  });

  it("libmm's figures are those of its pieces, and a piece is selected in table and picture", async () => {
    const inspector = await open(`#view=libmm&${T03}&select=${PAGE}`);
    await inspector.shows("libmm", 900);
    const { page } = inspector;
    expect(await textOf(selected(inspector))).toMatch(/^0x8026c000 – 0x8026cfff\s+4 KiB\s+handed out/);
    const tile = (name: string) =>
      textOf(page.locator(".tiles > div", { has: page.locator("dt", { hasText: new RegExp(`^${name}$`) }) }));
    const pieces = Number(await page.getByRole("grid", { name: "Free pieces" }).getAttribute("aria-rowcount")) - 1;
    const [, free = "", used = ""] =
      /^Free pieces\s+([\d,]+)\s+([\d,]+) handed out/.exec(await tile("Free pieces")) ?? [];
    expect(Number(free.replace(",", "")) + Number(used.replace(",", ""))).toBe(pieces);
    await page.locator(".piece-strip canvas").click({ position: { x: 300, y: 60 } });
    expect(await inspector.addressWith("select=page.")).not.toContain(PAGE);
    expect(await textOf(selected(inspector))).toMatch(/free/);
    expect(await textOf(page.locator(".gauges").first())).toContain("memory manager");
    expect(inspector.errors).toEqual([]);
  });

  it.each(["cspace", "space", "walk", "libmm", "policies"])(
    "the picture of %s is saved as PNG and as SVG",
    async (view) => {
      const inspector = await open(`#view=${view}&${T03}`);
      const { page } = inspector;
      await inspector.shows(view, 900);
      await page.waitForSelector(".policies[aria-busy=false], .view:not([data-view=policies])");
      const save = async (kind: string) => {
        const waiting = page.waitForEvent("download");
        await page.locator("summary[title='Save the picture']").click();
        await page.getByRole("button", { name: `Save as ${kind}` }).click();
        const download = await waiting;
        expect(download.suggestedFilename()).toMatch(new RegExp(`^typefish-.*\\.${kind.toLowerCase()}$`));
        return readFileSync(await download.path());
      };
      expect((await save("PNG")).subarray(1, 4).toString()).toBe("PNG");
      const svg = (await save("SVG")).toString();
      expect(svg.match(/<(rect|path|text) /g)?.length).toBeGreaterThan(6);
      if (view === "cspace") expect(svg).toContain("L2CNode in root slot 0");
      if (view === "walk") expect(svg).toContain("L2 descriptor");
      expect(inspector.errors).toEqual([]);
    },
  );

  it.each(["capabilities", "cspace", "space", "walk", "libmm"])(
    "%s can be shown at every moment from the boot on",
    async (view) => {
      const inspector = await open(`#view=${view}&scenario=T40&call=0`);
      await inspector.shows(view, 0);
      for (let call = 1; call <= 109; call += 12) {
        await inspector.page.evaluate((next) => {
          const slider = document.querySelector<HTMLInputElement>(".slider input") as HTMLInputElement;
          slider.value = String(next);
          slider.dispatchEvent(new Event("input", { bubbles: true }));
        }, call);
        await inspector.shows(view, call);
      }
      expect(inspector.errors).toEqual([]);
    },
  );
});
