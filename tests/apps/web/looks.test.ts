/** How the page looks to people: contrast and names for assistive technology, narrow and wide screens, no jumps. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, it } from "vitest";
import { describeBrowser, type Inspector, useInspector } from "./support/browser";

const VIEWS = ["memory", "capabilities", "cspace", "space", "walk", "libmm", "policies", "time", "call", "console"];
const WIDTHS = [390, 1280, 2560];

async function seriousProblems({ page }: Inspector): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}

describeBrowser("how the page looks", () => {
  const { open } = useInspector();
  const place = "scenario=T05&call=90&select=page.0x80235000";

  for (const scheme of ["light", "dark"] as const) {
    it.each(VIEWS)(`axe finds nothing serious in the view %s, ${scheme}`, async (view) => {
      const inspector = await open(`#view=${view}&${place}`, { scheme });
      await inspector.shows(view, 90);
      expect(await seriousProblems(inspector)).toEqual([]);
    });

    it(`axe finds nothing serious in the tour, ${scheme}`, async () => {
      const inspector = await open(`#${place}&tour=3`, { scheme });
      await inspector.shows("memory", 90);
      await inspector.page.getByRole("complementary", { name: "Guided tour" }).waitFor();
      expect(await seriousProblems(inspector)).toEqual([]);
    });

    it(`axe finds nothing serious in the dialogs, ${scheme}`, async () => {
      const inspector = await open(`#${place}`, { scheme });
      await inspector.shows("memory", 90);
      for (const [key, title] of [
        ["?", "The inspector"],
        ["r", "What to run"],
      ] as const) {
        await inspector.page.keyboard.press(key);
        await inspector.page.getByRole("heading", { name: title }).waitFor();
        expect(await seriousProblems(inspector)).toEqual([]);
        await inspector.page.keyboard.press("Escape");
      }
    });
  }

  it.each(WIDTHS)("nothing reaches past the edge at %i pixels", async (width) => {
    for (const view of VIEWS) {
      const inspector = await open(`#view=${view}&${place}`, { width, height: 844 });
      await inspector.shows(view, 90);
      const wider = await inspector.page.evaluate((edge) => {
        const isClipped = (element: Element): boolean => {
          for (let outer = element.parentElement; outer; outer = outer.parentElement) {
            if (getComputedStyle(outer).overflowX !== "visible" && outer.getBoundingClientRect().right <= edge) {
              return outer.id !== "app" && !outer.classList.contains("page");
            }
          }
          return false;
        };
        return [...document.querySelectorAll(".page *")]
          .filter((element) => element.getBoundingClientRect().right > edge + 0.5 && !isClipped(element))
          .map((element) => element.outerHTML.slice(0, 120));
      }, width);
      expect(wider, view).toEqual([]);
      await inspector.page.close();
    }
  });

  it("nothing moves while a run is made and when the time changes", async () => {
    const inspector = await open(`#${place}`);
    await inspector.shows("memory", 90);
    await inspector.page.keyboard.press("ArrowRight");
    await inspector.shows("memory", 91);
    const shift = await inspector.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list, observer) => {
            observer.disconnect();
            const entries = list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[];
            resolve(entries.reduce((sum, { value }) => sum + value, 0));
          }).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => resolve(0), 500);
        }),
    );
    expect(shift).toBeLessThan(0.02);
  });

  it("the button changes between the system's colours, light and dark", async () => {
    const { page } = await open("#scenario=T05", { scheme: "dark" });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.waitForSelector(".toolbar");
    const dark = await ground();
    await page.getByRole("button", { name: /Colours follow the system/ }).click();
    const light = await ground();
    expect(light).not.toBe(dark);
    await page.reload();
    expect(await ground()).toBe(light);
    await page.keyboard.press("d");
    expect(await ground()).toBe(dark);
  });
});
