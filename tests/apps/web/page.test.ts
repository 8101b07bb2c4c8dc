/** The inspector's page in a real browser, served under a path that is not the root. */
import { expect, it } from "vitest";
import { describeBrowser, useInspector } from "./support/browser";

const T05 = "scenario=T05";

describeBrowser("the inspector's page", () => {
  const { open, url } = useInspector();

  it("shows the end of the run first", async () => {
    const inspector = await open(`#${T05}`);
    const { page } = inspector;
    await inspector.shows("memory");
    const last = Number(await page.getByRole("slider", { name: "Call" }).getAttribute("max"));
    expect(last).toBeGreaterThan(900);
    expect(await inspector.call()).toBe(last);
    expect(inspector.errors).toEqual([]);
  });

  it("steps with keys and buttons, and the address follows", async () => {
    const inspector = await open(`#${T05}&call=100`);
    const { page } = inspector;
    await inspector.shows("memory", 100);
    await page.keyboard.press("ArrowRight");
    await inspector.shows("memory", 101);
    await page.getByRole("button", { name: "One call back" }).click();
    await page.getByRole("button", { name: "One call back" }).click();
    await inspector.shows("memory", 99);
    await page.keyboard.press("Home");
    await inspector.shows("memory", 0);
    expect(await inspector.addressWith("call=0")).toBe(`#${T05}&call=0`);
    await page.keyboard.press("End");
    await page.waitForFunction(() => !location.hash.includes("call="));
    expect(inspector.errors).toEqual([]);
  });

  it("plays until the end", async () => {
    const inspector = await open(`#${T05}&call=0`);
    await inspector.shows("memory", 0);
    await inspector.page.getByLabel("Speed").selectOption("2000");
    await inspector.page.keyboard.press("Space");
    await inspector.page.waitForSelector('button[aria-label="Pause"]');
    await inspector.page.waitForSelector('button[aria-label="Play"]');
    const last = Number(await inspector.page.getByRole("slider", { name: "Call" }).getAttribute("max"));
    expect(await inspector.call()).toBe(last);
  });

  it("a reloaded link shows exactly the same view", async () => {
    const fragment = `#view=call&${T05}&libmm=buddy&call=321&select=slot.0x80001040`;
    const inspector = await open(fragment);
    await inspector.shows("call", 321);
    const shown = await inspector.page.locator(".call .arguments").textContent();
    await inspector.page.reload();
    await inspector.shows("call", 321);
    expect(await inspector.page.locator(".call .arguments").textContent()).toBe(shown);
    expect(await inspector.page.evaluate(() => location.hash)).toBe(fragment);
    expect(await inspector.page.locator(".selection .what").textContent()).toBe("slot 0x80001040");
  });

  it("back and forward go through views, selections and runs", async () => {
    const inspector = await open(`#${T05}&call=50`);
    const { page } = inspector;
    await inspector.shows("memory", 50);
    await page.getByRole("button", { name: "Time", exact: true }).click();
    await inspector.shows("time");
    await page.keyboard.press("1");
    await inspector.shows("memory", 50);
    await page.goBack();
    await inspector.shows("time");
    await page.goBack();
    await inspector.shows("memory", 50);
    await page.goForward();
    await inspector.shows("time");
    expect(await inspector.call()).toBe(50);
    await page.keyboard.press("r");
    await page.getByLabel("Scenarios").fill("T06");
    await page.getByRole("button", { name: "Run and record" }).click();
    await inspector.addressWith("T06");
    await page.goBack();
    await inspector.addressWith("T05");
    await inspector.shows("time", 50);
  });

  it("the console follows the time", async () => {
    const inspector = await open(`#view=console&${T05}&call=0`);
    await inspector.shows("console", 0);
    const written = () => inspector.page.locator(".console li:not([data-later])").allInnerTexts();
    expect((await written()).some((line) => line.startsWith("init.0.0: T05"))).toBe(false);
    await inspector.page.keyboard.press("End");
    await inspector.page.waitForSelector('.console [data-kind="ok"]:not([data-later])');
    expect((await written()).at(-1)).toContain("1 scenario: 1 ok, 0 failed");
  });

  it("a call is told in words, and its links select what they name everywhere", async () => {
    const inspector = await open(`#view=call&${T05}&call=200`);
    const { page } = inspector;
    await inspector.shows("call", 200);
    while ((await page.locator(".call h3 .mono").textContent()) !== "retype") {
      const next = (await inspector.call()) + 1;
      await page.keyboard.press(".");
      await page.waitForFunction((call) => document.querySelector(".call h3")?.textContent?.includes(`${call}`), next);
    }
    expect(await page.locator(".call .arguments dt").allInnerTexts()).toEqual([
      "source",
      "offset",
      "type",
      "size",
      "count",
      "to",
      "answer",
    ]);
    await page.locator(".call .changes button").first().click();
    expect(await inspector.addressWith("select=slot.")).toMatch(/select=slot\.0x8[0-9a-f]{7}/);
    expect(await page.locator(".changes [aria-pressed=true]").count()).toBe(1);
    const at = await inspector.call();
    await page.keyboard.press("c");
    await page.waitForFunction(
      (call) => Number(document.querySelector<HTMLInputElement>(".slider input")?.value) > call,
      at,
    );
    await page.keyboard.press("Shift+C");
    await page.waitForFunction(
      (call) => Number(document.querySelector<HTMLInputElement>(".slider input")?.value) <= call,
      at,
    );
    await page.getByRole("button", { name: "Find the source lines" }).click();
    await page.waitForSelector(".frames li");
    expect(await page.locator(".frames").textContent()).toContain("system/libaos/");
    expect(inspector.errors).toEqual([]);
  });

  it("goes from error to error, and explains what is in the way", async () => {
    const inspector = await open("#view=call&scenario=H13&call=0");
    await inspector.shows("call", 0);
    await inspector.page.waitForSelector(".time-bar");
    await inspector.page.keyboard.press("e");
    await inspector.page.waitForSelector(".refused .explanation");
    expect(await inspector.page.locator(".refused code").first().textContent()).toMatch(/^SYS_ERR_/);
    const first = await inspector.call();
    await inspector.page.keyboard.press("Shift+E");
    await inspector.page.waitForSelector(".notice[data-shown]");
    expect(await inspector.call()).toBe(first);
  });

  it("moves in the map by keyboard, and shows the words of a page", async () => {
    const inspector = await open(`#${T05}&call=60`);
    const { page } = inspector;
    await inspector.shows("memory", 60);
    await page.locator(".stage").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    expect(await inspector.call()).toBe(60);
    await page.keyboard.press("Enter");
    const fragment = await inspector.addressWith("select=page.");
    const base = /page\.(0x[0-9a-f]+)/.exec(fragment)?.[1] as string;
    expect(await page.locator(".words h3").textContent()).toBe(`Words of page ${base}`);
    await page.waitForSelector(".words tr");
    await page.keyboard.press("+");
    await page.waitForSelector('button[aria-label="Zoom out (-)"]:enabled');
    await page.keyboard.press("0");
    await page.waitForSelector('button[aria-label="Zoom out (-)"]', { state: "hidden" });
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !location.hash.includes("select"));
  });

  it("the wheel zooms to the words of a page", async () => {
    const inspector = await open(`#${T05}&call=60`);
    await inspector.shows("memory", 60);
    await inspector.page.locator(".stage").hover({ position: { x: 40, y: 5 } });
    for (let turn = 0; turn < 10; turn++) await inspector.page.mouse.wheel(0, -400);
    await inspector.page.waitForTimeout(300);
    expect(await inspector.page.locator(".card strong").textContent()).toMatch(/^0x80/);
    expect(inspector.errors).toEqual([]);
  });

  it("a table stands behind the picture of memory, and one behind the picture of time", async () => {
    const inspector = await open(`#${T05}`);
    await inspector.shows("memory");
    await inspector.page.getByText("As a table").click();
    await inspector.page.locator(".behind tbody tr").first().waitFor();
    const rows = await inspector.page.locator(".behind tbody tr").allInnerTexts();
    expect(rows[0]).toMatch(/^0x80000000/);
    expect(rows.some((row) => row.includes("page table") || row.includes("VNode_ARM_l2"))).toBe(true);
    await inspector.page.keyboard.press("8");
    await inspector.shows("time");
    await inspector.page.getByText("As tables").click();
    await inspector.page.waitForFunction(() => document.querySelectorAll(".behind tbody tr").length > 4);
    expect(await inspector.page.locator(".behind").textContent()).toContain("one page allocated and freed, 300 times");
  });

  it("says what is wrong with a board that there is not", async () => {
    const inspector = await open("#board=raspberry");
    expect(await inspector.page.getByRole("alert").textContent()).toContain("There is no board 'raspberry'");
  });

  it("says what is wrong with an amount of memory that a board cannot have", async () => {
    const inspector = await open("#memory=5");
    expect(await inspector.page.getByRole("alert").textContent()).toContain("16 MiB to 1 GiB");
  });

  it("says so if the browser has no room for the memory, and offers a smaller board", async () => {
    const inspector = await open();
    const { page } = inspector;
    await page.route("**/worker-*.js", async (route) => {
      const response = await route.fetch();
      const refuse =
        "WebAssembly.Memory = class { constructor() { throw new RangeError('could not allocate memory') } };\n";
      await route.fulfill({ response, body: refuse + (await response.text()) });
    });
    await page.goto(`${url()}?again#memory=1024`);
    expect(await page.getByRole("alert").textContent()).toContain("The browser cannot provide the memory");
    await page.unroute("**/worker-*.js");
    await page.getByRole("button", { name: "Run with 64 MiB" }).click();
    await inspector.shows("memory");
  });

  it("works without a connection once it has been loaded", async () => {
    const inspector = await open(`#${T05}&call=10`);
    await inspector.shows("memory", 10);
    await inspector.page.context().setOffline(true);
    await inspector.page.keyboard.press("8");
    await inspector.shows("time");
    await inspector.page.keyboard.press("ArrowRight");
    await inspector.shows("time", 11);
  });
});
