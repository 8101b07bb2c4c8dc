/** Where a browser for the tests is. */
import { existsSync } from "node:fs";

const CANDIDATES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Path of Chromium or Chrome: `CHROMIUM` of the environment, or a usual place; null without one. */
export function findBrowser(): string | null {
  const candidates = process.env.CHROMIUM ? [process.env.CHROMIUM] : CANDIDATES;
  return candidates.find((path) => existsSync(path)) ?? null;
}
