/** What tests do in the lab's page. */
import { zipSync } from "fflate";
import type { Page } from "playwright-core";
import type { SubmissionFiles } from "../../../../lab/submission";

/** Opens a learner's files as a zip. */
export async function openFiles(page: Page, files: SubmissionFiles): Promise<void> {
  const entries = [...files].map(([path, text]) => [`mine/${path}`, new TextEncoder().encode(text)]);
  const buffer = Buffer.from(zipSync(Object.fromEntries(entries)));
  await page.locator("input[type=file]").setInputFiles({ name: "mine.zip", mimeType: "application/zip", buffer });
  await page.getByText(/files? opened/).waitFor();
}

/** Waits until the worker has compiled the files. */
export async function compiles(page: Page): Promise<void> {
  await page.locator(".status p", { hasText: "Your files compile." }).waitFor();
}
