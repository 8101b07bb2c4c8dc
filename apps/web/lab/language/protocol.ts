/** What the lab's page asks of the worker with TypeScript's language service. `requests/` has the messages. */
import type { Language } from "./language";

export type Question = "problems" | "hover" | "signature" | "completions" | "completion" | "definition" | "source";

/** A request is a call of a method of `Language`. */
export type LanguageRequests = {
  [Name in Question | "update"]: { ask: Parameters<Language[Name]>; answer: ReturnType<Language[Name]> };
};
