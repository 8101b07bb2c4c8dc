/** The site without a network, and its versions: each is stored as a whole, and a new one waits until the reader wants it. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import sirv from "sirv";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { makeServiceWorker } from "../../../tools/build/service-worker";
import { readSolution } from "../../lab/read-solution";
import { describeBrowser } from "./support/browser";
import { findBrowser } from "./support/browser-path";
import { openFiles } from "./support/lab-page";

const PATH = "/courses/os/2026/";
const LONGEST_WAIT = 60_000;

/** A host of static files with a copy of the site, which a test can change and take off the network. */
class Host {
  readonly folder = mkdtempSync(join(tmpdir(), "typefish-site-"));
  isDown = false;
  headers: Record<string, string> = {};
  /** The script of the service worker comes after this. */
  workerIsReady = Promise.resolve();
  private readonly server: Server;

  constructor() {
    cpSync("dist/web", this.folder, { recursive: true });
    const files = sirv(this.folder, { dev: true, etag: true });
    this.server = createServer((request, response) => {
      if (this.isDown) return void request.socket.destroy();
      if (!request.url?.startsWith(PATH)) return void response.writeHead(404).end();
      request.url = request.url.slice(PATH.length - 1);
      for (const [name, value] of Object.entries(this.headers)) response.setHeader(name, value);
      const isWorker = request.url === "/sw.js";
      void (isWorker ? this.workerIsReady : Promise.resolve()).then(() =>
        files(request, response, () => {
          response.writeHead(404).end();
        }),
      );
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
    rmSync(this.folder, { recursive: true });
  }

  url(name: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${PATH}${name}`;
  }

  change(name: string, change: (text: string) => string): void {
    const file = join(this.folder, name);
    writeFileSync(file, change(readFileSync(file, "utf8")));
  }

  /** Makes the list of files again, as a build does. */
  async list(): Promise<void> {
    writeFileSync(join(this.folder, "sw.js"), (await makeServiceWorker(this.folder)).script);
  }

  /** A version whose pages have another title. */
  async deploy(version: number): Promise<void> {
    for (const name of ["index.html", "lab.html"])
      this.change(name, (text) => text.replace(/<title>([^<\d]*)[^<]*/, `<title>$1 ${version}`));
    await this.list();
  }
}

describeBrowser("the site without a network", () => {
  let browser: Browser;
  let host: Host;
  let context: BrowserContext;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: findBrowser() as string, args: ["--no-sandbox"] });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    host = new Host();
    await host.start();
    context = await browser.newContext({ reducedMotion: "reduce" });
    context.setDefaultTimeout(LONGEST_WAIT);
  });
  afterEach(async () => {
    await context.close();
    host.close();
  });

  async function open(name: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(host.url(name));
    return page;
  }

  /** Waits until the site is stored, and the page served from there. */
  async function stored(page: Page): Promise<void> {
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  }

  const compiles = (page: Page) => page.locator(".status p", { hasText: "Your files compile." }).waitFor();

  /** The solution gets all points. */
  async function gradeSolution(page: Page): Promise<void> {
    await compiles(page);
    await openFiles(page, readSolution("list"));
    await grade(page, /^1\d\d of 100 points$/);
  }

  /** Grades, and waits for the points. */
  async function grade(page: Page, points: RegExp | string): Promise<void> {
    await page.getByRole("button", { name: "Grade", exact: true }).click();
    await page.locator(".points strong", { hasText: points }).waitFor();
  }

  const notice = (page: Page) => page.getByText("A new version is there.");

  it("a second visit needs no network: the inspector runs the system, the lab compiles and grades", async () => {
    await stored(await open("index.html"));
    host.isDown = true;
    const inspector = await open("");
    await inspector.waitForSelector(".view[data-call] > *");
    const lab = await open("lab.html");
    await gradeSolution(lab);
  });

  it("the page of the first visit goes on without a network", async () => {
    const lab = await open("lab.html");
    await compiles(lab);
    await stored(lab);
    host.isDown = true;
    await gradeSolution(lab);
  });

  it("a new version is asked for, and only then loaded, in every tab", async () => {
    const first = await open("lab.html");
    await stored(first);
    const second = await open("index.html");
    await host.deploy(2);
    await first.reload();
    await notice(first).waitFor();
    expect(await first.title()).toBe("Typefish lab");
    await first.getByRole("button", { name: "Later" }).click();
    await notice(first).waitFor({ state: "detached" });
    await first.reload();
    expect(await first.title()).toBe("Typefish lab");
    await first.getByRole("button", { name: "Load it now" }).click();
    await first.waitForFunction(() => document.title === "Typefish lab 2");
    await second.waitForFunction(() => document.title === "Typefish inspector 2");
    expect(await notice(first).count()).toBe(0);
    await stored(first);
  });

  it("a page of the first visit does not get the files of a version that was stored meanwhile", async () => {
    let release = () => {};
    host.workerIsReady = new Promise((resolve) => {
      release = resolve;
    });
    const page = await open("lab.html");
    await compiles(page);
    host.change("lab.html", (text) => text.replace(/assets\/lab-[^.]*\.js/, "assets/lab-of-the-next-version.js"));
    const [script] = readdirSync(join(host.folder, "assets")).filter((name) => /^lab-.*\.js$/.test(name));
    const assets = join(host.folder, "assets");
    renameSync(join(assets, script as string), join(assets, "lab-of-the-next-version.js"));
    await host.deploy(2);
    release();
    await notice(page).waitFor();
    expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBe(null);
    await page.getByRole("button", { name: "Load it now" }).click();
    await page.waitForFunction(() => document.title === "Typefish lab 2");
    await stored(page);
  });

  it("while a new version waits, everything comes from the present one", async () => {
    const page = await open("lab.html");
    await stored(page);
    for (const name of ["cpudriver.wasm", "init.wasm"]) host.change(`system/${name}`, () => "of another version");
    await host.deploy(2);
    await page.reload();
    await notice(page).waitFor();
    await gradeSolution(page);
    await (await open("index.html")).waitForSelector(".view[data-call] > *");
  });

  it("a version that is only partly on the host is not stored", async () => {
    const page = await open("lab.html");
    await stored(page);
    let present = "";
    host.change("system/init.wasm.map", (text) => {
      present = text;
      return "of the next version";
    });
    await host.deploy(2);
    host.change("system/init.wasm.map", () => present);
    await page.reload();
    const state = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      const worker = await new Promise<ServiceWorker | null>((resolve) => {
        if (registration.installing) return resolve(registration.installing);
        registration.addEventListener("updatefound", () => resolve(registration.installing));
        void registration.update().catch(() => resolve(null));
      });
      while (worker && worker.state === "installing") await new Promise((resolve) => setTimeout(resolve, 20));
      return worker?.state ?? "redundant";
    });
    expect(state).toBe("redundant");
    expect(await notice(page).count()).toBe(0);
    await gradeSolution(page);
  });

  it("the teacher's points come from the network, and without one from the last visit", async () => {
    const page = await open("lab.html");
    await stored(page);
    const only = (points: number) => JSON.stringify({ points: { G01: points } });
    host.change("lab-points.json", () => only(7));
    await compiles(page);
    await grade(page, "0 of 7 points");
    host.isDown = true;
    await page.reload();
    await compiles(page);
    await grade(page, "0 of 7 points");
    host.isDown = false;
    host.change("lab-points.json", () => only(9));
    await grade(page, "0 of 9 points");
    expect(await notice(page).count()).toBe(0);
  });

  it("everything that is stored can be deleted, after a question", async () => {
    const page = await open("lab.html");
    await stored(page);
    await compiles(page);
    const editor = page.getByRole("textbox", { name: "Text of libmm/mm.ts" });
    await editor.press("Control+Home");
    await editor.pressSequentially("// mine");
    const held = () =>
      page.evaluate(async () => ({ texts: Object.keys(localStorage), caches: (await caches.keys()).length }));
    await page.waitForFunction(() => JSON.stringify(localStorage).includes("// mine"));
    expect((await held()).caches).toBeGreaterThan(0);
    await page.evaluate(() => localStorage.setItem("of another site", "stays"));
    await page.getByRole("button", { name: "Delete everything stored here" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    expect((await held()).caches).toBeGreaterThan(0);
    await page.getByRole("button", { name: "Delete everything stored here" }).click();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);
    await page.getByRole("button", { name: "Delete everything", exact: true }).click();
    await page.getByText("Everything is deleted.").waitFor();
    const box = await page.getByText("Everything is deleted.").boundingBox();
    expect(box?.y).toBeLessThan(page.viewportSize()?.height ?? 0);
    expect(await held()).toEqual({ texts: ["of another site"], caches: 0 });
    expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
    await page.getByRole("link", { name: "Open the page again" }).click();
    await compiles(page);
    await editor.press("Control+Home");
    expect(await page.getByText("// mine").count()).toBe(0);
  });

  it("a host may allow the site nothing but its own files, WebAssembly and styles of the page", async () => {
    host.headers["Content-Security-Policy"] =
      "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' data:; style-src 'self' 'unsafe-inline'";
    const errors: string[] = [];
    context.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    const page = await open("lab.html");
    await gradeSolution(page);
    await stored(page);
    await (await open("index.html")).waitForSelector(".view[data-call] > *");
    expect(errors).toEqual([]);
  });

  it("a browser without service workers shows the page as before", async () => {
    await context.addInitScript(() => {
      Object.defineProperty(Navigator.prototype, "serviceWorker", { get: () => undefined });
    });
    const errors: string[] = [];
    const page = await context.newPage();
    page.on("pageerror", ({ message }) => errors.push(message));
    await page.goto(host.url("lab.html"));
    await gradeSolution(page);
    expect(errors).toEqual([]);
  });
});
