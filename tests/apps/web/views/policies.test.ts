/** Two policies side by side, in a real browser. */
import { expect, it } from "vitest";
import { sampledCalls } from "../../../../apps/web/views/policies/curve";
import { describeBrowser, type Inspector, useInspector } from "../support/browser";

/** Waits until both curves reach to the end of their runs. */
async function areComplete({ page }: Inspector): Promise<void> {
  await page.waitForSelector('.policies[aria-busy="false"]');
}

const rowsOf = ({ page }: Inspector) =>
  page
    .locator(".policies tbody tr")
    .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent ?? "")));

describeBrowser("the view of policies", () => {
  const { open } = useInspector();

  it("runs the same scenarios with another policy, and shows the figures of both over time", async () => {
    const inspector = await open("#view=policies&scenario=P01&memory=16&call=9000");
    const { page } = inspector;
    await inspector.shows("policies", 9000);
    await areComplete(inspector);
    expect(await page.locator(".sides h3").allInnerTexts()).toEqual([
      expect.stringMatching(/^typefish\s+\d+ free pieces/),
      expect.stringMatching(/^buddy\s+\d+ free pieces/),
    ]);
    const fragmentation = (await rowsOf(inspector)).map(([, mine = ""]) => Number.parseFloat(mine));
    expect(Math.max(...fragmentation)).toBeGreaterThan(90);
    expect(fragmentation.at(-1)).toBeLessThan(10);
    // Until nothing is free any more, and after all is free again, both are as good as one piece.
    await page
      .locator(".curve canvas")
      .first()
      .click({ position: { x: 5, y: 40 } });
    await page.waitForFunction(() => Number(document.querySelector<HTMLInputElement>(".slider input")?.value) < 500);
    await page.waitForFunction(() => document.querySelectorAll(".sides h3")[1]?.textContent?.includes("1 free piece,"));
    expect(inspector.errors).toEqual([]);
  });

  it("the policy that is compared with is a part of the link", async () => {
    const inspector = await open("#view=policies&scenario=T05&libmm=buddy&against=first-fit&call=100");
    const { page } = inspector;
    await inspector.shows("policies", 100);
    await areComplete(inspector);
    expect(await page.locator("select").first().inputValue()).toBe("first-fit");
    await page.getByLabel("Compare buddy with").selectOption("best-fit");
    await inspector.addressWith("against=best-fit");
    await areComplete(inspector);
    await page.goBack();
    await inspector.addressWith("against=first-fit");
    expect(await page.getByLabel("Compare buddy with").inputValue()).toBe("first-fit");
  });
});

it("the sampled calls reach from the boot to the end of the run, and are in order", () => {
  for (const last of [0, 1, 7, 1000, 400_000]) {
    const calls = sampledCalls(last);
    expect(calls[0]).toBe(0);
    expect(calls.at(-1)).toBe(last);
    expect(calls).toEqual([...new Set(calls)].sort((a, b) => a - b));
  }
});
