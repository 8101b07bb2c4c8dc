/** Messages between the lab's page and the worker with TypeScript's language service. */
import type { Language } from "./language";

export type Question = "problems" | "hover" | "signature" | "completions" | "completion" | "definition" | "source";

export type Arguments<Name extends Question> = Parameters<Language[Name]>;
export type Answer<Name extends Question> = ReturnType<Language[Name]>;

export type LanguageRequest =
  /** Takes over texts; null removes a file. There is no answer. */
  | { texts: readonly (readonly [path: string, text: string | null])[] }
  | { id: number; name: Question; arguments: readonly unknown[] };

export type LanguageReply = { isReady: true } | { id: number; value: unknown };
