/** Recordings and pictures as files. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { describeBrowser, useInspector } from "./support/browser";

const PNG_START = [0x89, 0x50, 0x4e, 0x47];

describeBrowser("files of the inspector's page", () => {
  const { open } = useInspector();

  it("a saved recording opens again at the same calls", async () => {
    const inspector = await open("#scenario=T06");
    const { page } = inspector;
    await inspector.shows("memory");
    const last = await inspector.call();
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save the recording" }).click();
    const download = await waiting;
    const path = await download.path();
    await page.keyboard.press("r");
    await page.getByLabel("Scenarios").fill("T02");
    await page.getByRole("button", { name: "Run and record" }).click();
    await page.waitForFunction(
      (calls) => document.querySelector<HTMLInputElement>(".slider input")?.max !== `${calls}`,
      last,
    );
    await inspector.shows("memory");
    await page.locator("input[type=file]").setInputFiles(path);
    await page.waitForFunction(
      (calls) => document.querySelector<HTMLInputElement>(".slider input")?.max === `${calls}`,
      last,
    );
    await inspector.shows("memory", last);
    expect(inspector.errors).toEqual([]);
  });

  it("a file that is no recording is refused with a sentence", async () => {
    const { page } = await open("#scenario=T06");
    await page.waitForSelector(".stage");
    await page.locator("input[type=file]").setInputFiles({
      name: "notes.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("no recording"),
    });
    expect(await page.getByRole("alert").textContent()).toContain("notes.txt: ");
  });

  it.each(["memory", "time"])("the picture of %s is saved as PNG and as SVG", async (view) => {
    const inspector = await open(`#view=${view}&scenario=T06`);
    const { page } = inspector;
    await inspector.shows(view);
    await page.waitForTimeout(500);
    const save = async (kind: string) => {
      const waiting = page.waitForEvent("download");
      await page.locator("summary[title='Save the picture']").click();
      await page.getByRole("button", { name: `Save as ${kind}` }).click();
      const download = await waiting;
      expect(download.suggestedFilename()).toMatch(new RegExp(`^typefish-.*\\.${kind.toLowerCase()}$`));
      return readFileSync(await download.path());
    };
    const png = await save("PNG");
    expect([...png.subarray(0, 4)]).toEqual(PNG_START);
    expect(png.length).toBeGreaterThan(1000);
    const svg = (await save("SVG")).toString();
    expect(svg).toMatch(/^<svg xmlns/);
    expect(svg.match(/<rect /g)?.length).toBeGreaterThan(20);
  });
});
