/**
 * The parts of a moment: a name, and the function that decodes it. A view lists the names that it needs.
 *
 * The answer of a part consists of numbers, texts and typed arrays. Each array must have a buffer of its own, or share
 * one with another part of the same moment, because buffers are transferred to the page.
 */
import { addressesOf, readCSpaceColumns } from "../../../observe/columns/cspace";
import { readPages } from "../../../observe/columns/pages";
import { readSpace } from "./address-space";
import { readManager } from "./manager";
import { readWalk } from "./page-walk";
import { momentAt, type Source } from "./source";

export const PARTS = {
  /** Every capability, in the order of the mapping database. */
  capabilities: ({ capabilities }: Source) => capabilities,

  /** The address of each capability in the CSpace. */
  addresses: ({ memory, capabilities }: Source) => addressesOf(memory, capabilities, readCSpaceColumns(memory)),

  /** The slots of the CSpace. */
  cspace: ({ memory }: Source) => readCSpaceColumns(memory),

  /** The program's address space, and what libaos knows of it. */
  space: (source: Source) => readSpace(source),

  /** The walk of the selected address. */
  walk: (source: Source) => readWalk(source),

  /** The memory manager and the allocators. */
  libmm: (source: Source) => readManager(source),

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
