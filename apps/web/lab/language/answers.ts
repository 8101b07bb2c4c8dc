/** What the language service answers. */
import type { CompletionEntryData } from "typescript";

/** A message about a part of a text. Offsets count characters. */
export interface Problem {
  from: number;
  to: number;
  severity: "error" | "warning";
  text: string;
}

/** What a name stands for: its declaration in one line, and its documentation as written. */
export interface Description {
  declaration: string;
  documentation: string;
}

export interface Hover extends Description {
  from: number;
  to: number;
}

export interface Signature extends Description {
  /** The part of `declaration` that is the parameter to be written; empty if there is none. */
  from: number;
  to: number;
}

export interface Completion {
  name: string;
  /** TypeScript's word, such as `function` or `property`. */
  kind: string;
  /** Completions with a smaller text come first. */
  order: string;
  /** Identifies a completion that adds an import; see `completion`. */
  imported: { source: string; data: CompletionEntryData | undefined } | null;
}

export interface Change {
  from: number;
  to: number;
  insert: string;
}

export interface CompletionDetails extends Description {
  /** Further changes of the file: the import that a name needs. */
  changes: Change[];
}

export interface Definition {
  path: string;
  from: number;
  to: number;
}
