/**
 * `npm run bench:web` measures the inspector's page in headless Chromium against its aims. With `--write`, it writes the
 * table into docs/inspector.md.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { type Browser, chromium, type Page } from "playwright-core";
import sirv from "sirv";
import { writeSection } from "../evidence/bench/document";
import { machineLine } from "../evidence/bench/machine-line";
import { aimsTable, markdownTable, textTable } from "../evidence/bench/tables";
import { formatDuration } from "../observe/text/quantities";

const PAGE = "docs/inspector.md";
const SECTION = "figures: written by npm run bench:web -- --write";
const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const KB = 1000;

const MOST_BYTES = 150 * KB;
const MOST_FIRST_PICTURE = 2000;
const MOST_JUMP = 50;
const LEAST_FRAMES = 55;

const OPENINGS = 7;
const JUMPS = 60;
const ALL_TESTS = "#scenario=T*";
/** The moment in the middle of P01 has the most capabilities. */
const MANY_CAPABILITIES = "scenario=P01&memory=1024";
const SCROLL_MILLISECONDS = 3000;

interface Measured {
  aim: string;
  measured: string;
  met: boolean;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/**
 * The inspector's page, all assets that it names, or that these name, and the service worker. What only the lab loads is
 * not among them.
 */
function filesOfPage(): string[] {
  const folder = "dist/web/assets";
  const assets = readdirSync(folder);
  const found = new Set(["dist/web/index.html"]);
  for (const file of found) {
    const text = readFileSync(file, "utf8");
    for (const name of assets) if (text.includes(name)) found.add(`${folder}/${name}`);
  }
  return [...found, "dist/web/sw.js"];
}

/** Bytes of page, styles and workers, compressed. The system's modules are not among them. */
function bytesOfPage(): Measured {
  const bytes = filesOfPage().reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
  return {
    aim: `page and workers, compressed: under ${MOST_BYTES / KB} kB`,
    measured: `${Math.round(bytes / KB)} kB`,
    met: bytes < MOST_BYTES,
  };
}

async function openPage(browser: Browser, address: string): Promise<{ page: Page; milliseconds: number }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(600_000);
  const start = performance.now();
  await page.goto(address);
  await page.waitForSelector(".view[data-call] > *");
  return { page, milliseconds: performance.now() - start };
}

async function firstPicture(browser: Browser, address: string): Promise<Measured> {
  const times: number[] = [];
  for (let opening = 0; opening < OPENINGS; opening++) {
    const { page, milliseconds } = await openPage(browser, address);
    times.push(milliseconds);
    await page.context().close();
  }
  const time = median(times);
  return {
    aim: `first picture: within ${formatDuration(MOST_FIRST_PICTURE)}`,
    measured: `${formatDuration(time)} (median of ${OPENINGS})`,
    met: time < MOST_FIRST_PICTURE,
  };
}

/** Moves the slider to calls all over the run, and waits each time until the picture shows that moment. */
async function jumps(browser: Browser, address: string): Promise<Measured> {
  const { page } = await openPage(browser, `${address}${ALL_TESTS}`);
  // The background work at the beginning is over when the lanes of all calls are known.
  await page.waitForSelector("[data-collected]");
  const times = await page.evaluate(async (count) => {
    const slider = document.querySelector<HTMLInputElement>(".slider input") as HTMLInputElement;
    const last = Number(slider.max);
    const found: number[] = [];
    for (let jump = 0; jump < count; jump++) {
      // Steps of the golden ratio go to and fro over the whole run.
      const call = Math.floor(((jump * 0.6180339887) % 1) * last);
      const start = performance.now();
      slider.value = String(call);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      while (document.querySelector(`.view[data-call="${call}"]`) === null) {
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      found.push(performance.now() - start);
      // The call is described meanwhile; the next jump begins after that.
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    return found;
  }, JUMPS);
  await page.context().close();
  const time = median(times);
  return {
    aim: `jump to any call of T* on 64 MiB: under ${MOST_JUMP} ms`,
    measured: `${formatDuration(time)} (median), ${formatDuration(Math.max(...times))} (longest of ${JUMPS})`,
    met: time < MOST_JUMP,
  };
}

/** Frames a second while something moves with each frame. */
async function framesWhile(page: Page, selector: string): Promise<number> {
  return page.evaluate(
    ({ query, milliseconds }) =>
      new Promise<number>((resolve) => {
        const box = document.querySelector(query) as HTMLElement;
        const { left, top, width, height } = box.getBoundingClientRect();
        const start = performance.now();
        let frames = 0;
        const frame = (now: number) => {
          const passed = now - start;
          if (passed > milliseconds) return resolve((frames * 1000) / passed);
          frames++;
          if (query === ".stage") {
            const [clientX, clientY] = [left + width * 0.4, top + height * 0.3];
            const deltaY = Math.floor(passed / 500) % 2 === 0 ? -40 : 40;
            box.dispatchEvent(new WheelEvent("wheel", { deltaY, clientX, clientY, bubbles: true, cancelable: true }));
          } else box.scrollTop += 61;
          requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }),
    { query: selector, milliseconds: SCROLL_MILLISECONDS },
  );
}

async function frames(browser: Browser, address: string): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const [view, selector, what] of [
    ["memory", ".stage", "zooming the map"],
    ["capabilities", ".rows", "scrolling the capabilities"],
  ] as const) {
    const { page } = await openPage(browser, `${address}#view=${view}&${MANY_CAPABILITIES}`);
    await page.evaluate(() => {
      const slider = document.querySelector<HTMLInputElement>(".slider input") as HTMLInputElement;
      slider.value = String(Math.floor(Number(slider.max) / 2));
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await page.waitForTimeout(3000);
    const rate = await framesWhile(page, selector);
    await page.context().close();
    measured.push({
      aim: `${what} with P01 on 1 GiB: 60 frames a second`,
      measured: `${rate.toFixed(0)} frames a second`,
      met: rate > LEAST_FRAMES,
    });
  }
  return measured;
}

async function measureAll(): Promise<Measured[]> {
  const executablePath = process.env.CHROMIUM ?? BROWSERS.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error("there is no Chromium: apt install chromium, or set CHROMIUM");
  const files = sirv("dist/web");
  const server = createServer((request, response) => {
    files(request, response, () => {
      response.writeHead(404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    return [
      bytesOfPage(),
      await firstPicture(browser, address),
      await jumps(browser, address),
      ...(await frames(browser, address)),
    ];
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

try {
  const table = aimsTable(await measureAll());
  console.log(textTable(table));
  if (process.argv.includes("--write")) {
    writeSection(process.cwd(), PAGE, SECTION, `${markdownTable(table)}\n\n${machineLine()}, headless Chromium.`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
