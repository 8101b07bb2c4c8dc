/**
 * Which rows of a long list are on the screen. All rows have the same height. Later versions of the library than 3.13
 * also place rows of unknown height, which more than doubles its size.
 */
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

/** Rows beyond each edge, so that fast scrolling shows no gaps. */
const BEYOND = 8;

export interface VisibleRows {
  /** For the element that scrolls. */
  ref: RefObject<HTMLDivElement | null>;
  rows: readonly number[];
  /** Width of the element that scrolls. */
  width: number;
  /** Scrolls as little as possible until a row is in sight. */
  reveal(row: number): void;
  /** Scrolls so that a row is in the upper part of the screen, unless it is in sight already. */
  show(row: number): void;
  /** Number of whole rows on the screen. */
  page(): number;
}

/** `head` is the height of what stays above the rows. */
export function useVisibleRows(count: number, rowHeight: number, head: number): VisibleRows {
  const ref = useRef<HTMLDivElement>(null);
  const [, drawAgain] = useReducer((times: number) => times + 1, 0);
  const options = {
    count,
    getScrollElement: () => ref.current,
    estimateSize: () => rowHeight,
    scrollMargin: head,
    scrollPaddingStart: head,
    overscan: BEYOND,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => drawAgain(undefined),
  };
  const [list] = useState(() => new Virtualizer<HTMLDivElement, Element>(options));
  list.setOptions(options);
  // The library's hooks for frameworks.
  useLayoutEffect(() => list._didMount(), [list]);
  useLayoutEffect(() => list._willUpdate());

  const height = () => (list.scrollRect?.height ?? 0) - head;
  return {
    ref,
    rows: list.getVirtualIndexes(),
    width: list.scrollRect?.width ?? 0,
    reveal(row) {
      if (row >= 0) list.scrollToIndex(row);
    },
    show(row) {
      if (row < 0) return;
      const above = row * rowHeight - (list.scrollOffset ?? 0);
      const isInSight = above >= 0 && above + rowHeight <= height();
      if (!isInSight) list.scrollToOffset(row * rowHeight - height() / 3);
    },
    page: () => Math.max(1, Math.floor(height() / rowHeight) - 1),
  };
}
