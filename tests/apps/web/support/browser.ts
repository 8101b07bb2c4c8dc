/** A real browser for tests of the page. Without one they are skipped, and tests/support/setup.ts reports that once. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import sirv from "sirv";
import { afterAll, afterEach, beforeAll, beforeEach, describe } from "vitest";
import { findBrowser } from "./browser-path";

export const describeBrowser = describe.skipIf(findBrowser() === null);

/** Path below which the page is served: it must work under any path. */
const PATH = "/some/path/inspector/";
const LONGEST_WAIT = 60_000;

export interface PageOptions {
  width?: number;
  height?: number;
  scheme?: "light" | "dark";
}

/** A page that shows a run, with what a test asks of it. */
export class Inspector {
  constructor(
    readonly page: Page,
    /** What went wrong in the page so far. */
    readonly errors: readonly string[],
  ) {}

  /** Waits until the view shows the moment after this call, or any moment. */
  async shows(view: string, call?: number): Promise<void> {
    const moment = call === undefined ? "[data-call]" : `[data-call="${call}"]`;
    await this.page.waitForSelector(`.view[data-view="${view}"]${moment} > *`);
  }

  /** The fragment of the address, once it contains the text. */
  async addressWith(text: string): Promise<string> {
    await this.page.waitForFunction((part) => location.hash.includes(part), text);
    return this.page.evaluate(() => location.hash);
  }

  /** The number of the present call. */
  async call(): Promise<number> {
    return Number(await this.page.getByRole("slider", { name: "Call" }).inputValue());
  }
}

/** Starts server and browser for the tests of a file. `open` returns a new page at a fragment of the address. */
export function useInspector(): { open(fragment?: string, options?: PageOptions): Promise<Inspector>; url(): string } {
  let server: Server;
  let browser: Browser;
  /** The contexts of the present test. */
  let contexts: BrowserContext[] = [];
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;
  beforeAll(async () => {
    const files = sirv("dist/web", { dev: true });
    server = createServer((request, response) => {
      if (!request.url?.startsWith(PATH)) return void response.writeHead(404).end();
      request.url = request.url.slice(PATH.length - 1);
      files(request, response, () => {
        response.writeHead(404).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await chromium.launch({ executablePath: findBrowser() as string, args: ["--no-sandbox"] });
  });
  beforeEach(() => {
    contexts = [];
  });
  // A page that nobody looks at any more would still compile and hold its memory.
  afterEach(async () => {
    for (const context of contexts) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });
  return {
    url,
    async open(fragment = "", { width = 1280, height = 800, scheme = "light" } = {}) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: scheme,
        reducedMotion: "reduce",
        acceptDownloads: true,
        // Each page comes from the network. offline.test.ts tests the service worker.
        serviceWorkers: "block",
      });
      contexts.push(context);
      const page = await context.newPage();
      page.setDefaultTimeout(LONGEST_WAIT);
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") errors.push(message.text());
      });
      await page.goto(`${url()}${fragment}`);
      return new Inspector(page, errors);
    },
  };
}
