/** The guided tour, in a real browser: each step shows what its text says. */
import { expect, it } from "vitest";
import { describeBrowser, type Inspector, useInspector } from "./support/browser";

const STEPS = ["Boot", "Retype", "Map", "Fault", "Free", "Coalesce", "Revoke", "Exhaustion"];

/** Waits until a step has been found and its view shows that moment. */
async function isAt({ page }: Inspector, number: number): Promise<void> {
  await page.waitForFunction((step) => {
    const call = /call=(\d+)/.exec(location.hash)?.[1];
    const shown = document.querySelector<HTMLElement>(".view")?.dataset.call;
    const isLooking = document.querySelector(".tour footer [role=status]")?.textContent !== "";
    return location.hash.includes(`tour=${step}`) && !isLooking && call === shown;
  }, number);
}

/** A figure of libmm's view. */
async function figure({ page }: Inspector, name: string): Promise<string> {
  const tile = page.locator(".tiles > div", { has: page.locator("dt", { hasText: new RegExp(`^${name}$`) }) });
  return (await tile.locator("strong").textContent()) ?? "";
}

describeBrowser("the guided tour", () => {
  const { open } = useInspector();

  it("begins at the step that a link names", async () => {
    const inspector = await open("#tour=3");
    await isAt(inspector, 3);
    expect(inspector.page.url()).toContain("view=walk");
    expect(await inspector.page.locator(".call h3 .mono").textContent()).toBe("map");
  });

  it("goes through eight steps, each at the moment that it tells of", async () => {
    const inspector = await open("#scenario=T06");
    const { page } = inspector;
    await inspector.shows("memory");
    await page.keyboard.press("?");
    await page.getByRole("button", { name: "Take the tour" }).last().click();
    const seen: string[] = [];
    const card = page.getByRole("complementary", { name: "Guided tour" });
    const next = async (number: number) => {
      await card.getByRole("button", { name: "Next" }).click();
      await isAt(inspector, number);
      seen.push((await card.getByRole("heading").textContent())?.replace(/^\d of 8 /, "") ?? "");
    };
    await isAt(inspector, 1);
    seen.push((await card.getByRole("heading").textContent())?.replace(/^\d of 8 /, "") ?? "");
    expect(await inspector.call()).toBe(0);

    await next(2);
    expect(await page.locator(".call h3 .mono").textContent()).toBe("retype");
    expect(await page.locator('.rows [aria-selected="true"]').textContent()).toMatch(/^RAM/);

    await next(3);
    expect(await page.locator(".accesses .allowed").count()).toBe(2);
    const mapped = await inspector.call();
    await page.keyboard.press("ArrowLeft");
    await inspector.shows("walk", mapped - 1);
    expect(await page.locator(".accesses .refused").count()).toBe(2);

    await next(4);
    expect(await page.locator(".accesses .refused").first().textContent()).toContain("translation fault");
    expect(await page.locator(".call .refused").textContent()).toContain("SYS_ERR_INVALID_USER_BUFFER");

    await next(5);
    expect(await figure(inspector, "Free pieces")).toBe("0");
    for (let steps = 0; steps < 8; steps++) await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() => !/^0$/.test(document.querySelectorAll(".tiles strong")[2]?.textContent ?? "0"));

    await next(6);
    expect(Number(await figure(inspector, "Free pieces"))).toBeGreaterThan(100);

    await next(7);
    const descendants = () => page.locator('.detail dt:has-text("escendants")').textContent();
    expect(await descendants()).toMatch(/^\d+ descendants/);
    const before = await inspector.call();
    await page.keyboard.press("ArrowRight");
    await inspector.shows("capabilities", before + 1);
    expect(await descendants()).toBe("Descendants");

    await next(8);
    expect(await figure(inspector, "Free")).toBe("0 B");
    await card.getByRole("button", { name: "Finish" }).click();
    await card.waitFor({ state: "detached" });
    expect(seen).toEqual(STEPS);
    expect(inspector.errors).toEqual([]);
  });

  it("a link shows a step, and the reader can go on from it", async () => {
    const inspector = await open("#view=memory&scenario=T05,T40,P01,H17&memory=16&call=0&tour=1");
    await inspector.shows("memory", 0);
    await inspector.page.getByRole("button", { name: "Next", exact: true }).click();
    await isAt(inspector, 2);
    await inspector.page.goBack();
    await isAt(inspector, 1);
  });
});
