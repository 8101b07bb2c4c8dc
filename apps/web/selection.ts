/**
 * What the page has selected. All views show the same selection.
 *
 * A selection consists of physical addresses, or of words that mean the same at any moment, so that it stays valid while
 * the time changes. Its text form is a part of the page's address: `page.0x8026c000`, `capability.Frame.0x8026c000.0x1000`.
 */
import { typeName } from "../../system/kpi/object-types";

export type Selection =
  /** The page of physical memory that begins here. */
  | { kind: "page"; base: number }
  /** All capabilities of a type for the same memory: a capability and its copies. */
  | { kind: "capability"; type: number; base: number; bytes: number }
  /** The slot (CTE) at this physical address, whatever it holds. */
  | { kind: "slot"; at: number }
  /** The page-table entry at this physical address. */
  | { kind: "entry"; at: number }
  /** A virtual address of the program. */
  | { kind: "address"; va: number };

const TYPES = new Map(Array.from({ length: 256 }, (_, type) => [typeName(type), type]));

const hex = (value: number) => `0x${value.toString(16)}`;

/** The text form, for the page's address. */
export function selectionText(selection: Selection): string {
  switch (selection.kind) {
    case "page":
      return `page.${hex(selection.base)}`;
    case "capability":
      return `capability.${typeName(selection.type)}.${hex(selection.base)}.${hex(selection.bytes)}`;
    case "slot":
    case "entry":
      return `${selection.kind}.${hex(selection.at)}`;
    case "address":
      return `address.${hex(selection.va)}`;
  }
}

function numberOf(word: string | undefined): number | null {
  return word !== undefined && /^0x[0-9a-f]{1,13}$/.test(word) ? Number(word) : null;
}

/** Reads the text form; null for any other text. */
export function parseSelection(text: string): Selection | null {
  const [kind, ...words] = text.split(".");
  if (kind === "capability") {
    const [type, base, bytes] = [TYPES.get(words[0] ?? ""), numberOf(words[1]), numberOf(words[2])];
    return type === undefined || base === null || bytes === null ? null : { kind, type, base, bytes };
  }
  const at = numberOf(words[0]);
  if (at === null || words.length > 1) return null;
  switch (kind) {
    case "page":
      return { kind, base: at };
    case "slot":
    case "entry":
      return { kind, at };
    case "address":
      return { kind, va: at };
    default:
      return null;
  }
}

export function isSameSelection(a: Selection | null, b: Selection | null): boolean {
  return a === b || (a !== null && b !== null && selectionText(a) === selectionText(b));
}
