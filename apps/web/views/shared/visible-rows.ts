/** Which rows of a long list are on the screen. All rows have the same height, so two divisions find them. */
import { type Signal, useComputed, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Rows beyond each edge, so that fast scrolling shows no gaps. */
const BEYOND = 8;

export interface VisibleRows {
  /** For the element that scrolls. */
  ref: RefObject<HTMLDivElement | null>;
  /** First row, and the first row after the last. */
  range: Signal<{ from: number; to: number }>;
  /** Width of the element that scrolls. */
  width: Signal<number>;
  onScroll(): void;
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
  const top = useSignal(0);
  const size = useSignal({ width: 0, height: 0 });
  const total = useSignal(count);
  total.value = count;

  useLayoutEffect(() => {
    const element = ref.current as HTMLDivElement;
    const observer = new ResizeObserver(() => {
      size.value = { width: element.clientWidth, height: element.clientHeight };
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const from = useComputed(() => Math.max(0, Math.min(Math.floor(top.value / rowHeight), total.value) - BEYOND));
  const to = useComputed(() => {
    const last = Math.ceil((top.value + size.value.height) / rowHeight);
    return Math.min(total.value, last + BEYOND);
  });
  // Equal numbers make no new range, so that scrolling within a row draws nothing.
  const range = useComputed(() => ({ from: from.value, to: to.value }));
  const width = useComputed(() => size.value.width);

  return {
    ref,
    range,
    width,
    onScroll() {
      top.value = ref.current?.scrollTop ?? 0;
    },
    reveal(row) {
      const element = ref.current;
      if (!element || row < 0) return;
      const [above, below] = [row * rowHeight, (row + 1) * rowHeight + head];
      if (element.scrollTop > above) element.scrollTop = above;
      else if (element.scrollTop + element.clientHeight < below) element.scrollTop = below - element.clientHeight;
    },
    show(row) {
      const element = ref.current;
      if (!element || row < 0) return;
      const above = row * rowHeight - element.scrollTop;
      const isInSight = above >= 0 && above + rowHeight + head <= element.clientHeight;
      if (!isInSight) element.scrollTop = row * rowHeight - element.clientHeight / 3;
    },
    page() {
      return Math.max(1, Math.floor(((ref.current?.clientHeight ?? 0) - head) / rowHeight) - 1);
    },
  };
}
