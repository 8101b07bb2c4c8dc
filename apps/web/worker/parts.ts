/**
 * The parts of a moment: a name, and the function that decodes it. A view lists the names that it needs.
 *
 * The answer of a part consists of numbers, texts and typed arrays. Each array must have a buffer of its own, or share
 * one with another part of the same moment, because buffers are transferred to the page.
 */
import { readPages } from "../../../observe/columns/pages";
import { momentAt, type Source } from "./source";

export const PARTS = {
  /** Every capability, in the order of the mapping database. */
  capabilities: ({ capabilities }: Source) => capabilities,

  /** Every page: type, innermost capability, owner, and the call that last changed it. */
  pages({ memory, capabilities, pieces, past }: Source) {
    return { ...readPages(memory, capabilities, pieces), lastChange: past.lastChange().slice() };
  },

  /** The words that changed since the moment after the previous call. */
  changes({ past, call }: Source) {
    if (call === 0) return past.changesBetween(momentAt(past, 0), momentAt(past, 0));
    return past.changesBetween(momentAt(past, call - 1), momentAt(past, call));
  },
} satisfies Record<string, (source: Source) => object>;

/** The buffers of all typed arrays in a value. */
export function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) buffersOf(member, found);
  }
  return found;
}
