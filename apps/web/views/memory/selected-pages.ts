/** The pages that the selection stands for. */
import type { Moment } from "../../moment";
import type { Selection } from "../../selection";

const PAGE_BYTES = 4096;
/** A selection of more pages is drawn by its first ones. */
const MOST_PAGES = 512;

function pagesOf(start: number, bytes: number, base: number, count: number): number[] {
  const from = Math.max(0, Math.floor((start - base) / PAGE_BYTES));
  const to = Math.min(count, Math.ceil((start + bytes - base) / PAGE_BYTES), from + MOST_PAGES);
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

/** A slot stands for the page that it is in, and a capability for its memory. `base` is the address of page 0. */
export function selectedPages(selection: Selection | null, { pages }: Moment<"pages">, base: number): number[] {
  switch (selection?.kind) {
    case "page":
      return pagesOf(selection.base, 1, base, pages.count);
    case "capability":
      return pagesOf(selection.base, selection.bytes, base, pages.count);
    case "slot":
    case "entry":
      return pagesOf(selection.at, 1, base, pages.count);
    default:
      return [];
  }
}
