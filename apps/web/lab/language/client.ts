/** The page's side of the language service: starts its worker, keeps the worker's texts up to date, and asks it. */
import { signal } from "@preact/signals";
import { WorkerClient } from "../../requests/client";
import type { Answer, Ask } from "../../requests/messages";
import { files } from "../files";
import type { Texts } from "../storage";
import type { LanguageRequests, Question } from "./protocol";

/** The editor works without the language service, and says so. */
export const languageState = signal<"loading" | "ready" | "missing">("loading");

let client: WorkerClient<LanguageRequests> | null = null;
/** The texts that the worker knows. */
let sent: Texts = new Map();

/** Loads TypeScript, once. */
export async function startLanguage(): Promise<void> {
  if (client) return;
  client = new WorkerClient(new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }));
  try {
    await client.ready;
    languageState.value = "ready";
  } catch {
    languageState.value = "missing";
  }
}

/** Sends the texts that have changed since. */
function sendTexts(): void {
  const present = files.peek();
  if (present === sent || !client) return;
  const changed: [string, string | null][] = [...present].filter(([path, text]) => sent.get(path) !== text);
  for (const path of sent.keys()) if (!present.has(path)) changed.push([path, null]);
  sent = present;
  void client.ask("update", [changed]);
}

/** Asks about the files as they are now. The answer is null while TypeScript is not there, and if it fails. */
export async function askLanguage<Name extends Question>(
  name: Name,
  ...given: Ask<LanguageRequests, Name>
): Promise<Answer<LanguageRequests, Name> | null> {
  if (!client || languageState.peek() !== "ready") return null;
  sendTexts();
  return client.ask(name, given).catch(() => null);
}
