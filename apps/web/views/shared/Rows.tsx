// biome-ignore-all lint/a11y/useSemanticElements: rows of a <table> cannot be placed one by one
// biome-ignore-all lint/a11y/noStaticElementInteractions: it is a grid or a treegrid
// biome-ignore-all lint/a11y/useAriaPropsSupportedByRole: it is a grid or a treegrid
// biome-ignore-all lint/a11y/useFocusableInteractive: the focus stays on the grid, which names its active row

/**
 * A table or tree of any number of rows, of which only those on the screen are in the document.
 *
 * It has one place in the tab order. Inside, arrows, Page Up, Page Down, Home and End move the cursor; in a tree, left
 * and right close and open a row. What the cursor rests on is selected.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useVisibleRows } from "./visible-rows";

export interface Column {
  title: string;
  /** Width as a track of a CSS grid. */
  track: string;
  /** Numbers are aligned to the right. */
  isNumber?: boolean;
  /** Addresses and other code have letters of equal width. */
  isCode?: boolean;
  /** The column is shown if the table is at least and at most this wide, in pixels. */
  from?: number;
  to?: number;
  cell(row: number): ComponentChildren;
}

/** How rows of a tree relate. Levels count from 1. */
export interface Tree {
  level(row: number): number;
  /** Null if the row has nothing below it. */
  isOpen(row: number): boolean | null;
  toggle(row: number): void;
  /** The row above this one in the tree; -1 if there is none. */
  parent(row: number): number;
}

interface RowsProps {
  label: string;
  count: number;
  columns: readonly Column[];
  /** The selected row; -1 if none is. */
  selected: number;
  /** Class of a row, for marks. */
  mark?: (row: number) => string;
  onSelect(row: number): void;
  onHover?: (row: number | null) => void;
  tree?: Tree;
  /** Shown if there are no rows. */
  empty: string;
}

const ROW = 24;
/** Keys that are held down select only where they end. */
const MILLISECONDS_OF_REST = 120;

/** The row that an event happened in. */
function rowOf({ target }: Event): number | null {
  const row = (target as Element).closest<HTMLElement>("[data-row]")?.dataset.row;
  return row === undefined ? null : Number(row);
}

export function Rows({ label, count, columns, selected, mark, onSelect, onHover, tree, empty }: RowsProps) {
  const id = useId();
  const { ref, rows, width, reveal, show, page } = useVisibleRows(count, ROW, ROW);
  /** Where the keyboard is, before it is selected. */
  const cursor = useSignal<number | null>(null);
  const rests = useRef<ReturnType<typeof setTimeout>>(undefined);
  const at = Math.min(cursor.value ?? selected, count - 1);

  useEffect(() => {
    cursor.value = null;
    show(selected);
  }, [selected]);
  useEffect(() => () => clearTimeout(rests.current), []);

  const moveTo = (row: number) => {
    const next = Math.max(0, Math.min(count - 1, row));
    cursor.value = next;
    reveal(next);
    clearTimeout(rests.current);
    rests.current = setTimeout(() => onSelect(next), MILLISECONDS_OF_REST);
  };

  const moves: Record<string, () => void> = {
    ArrowDown: () => moveTo(at + 1),
    ArrowUp: () => moveTo(at - 1),
    PageDown: () => moveTo(at + page()),
    PageUp: () => moveTo(at - page()),
    Home: () => moveTo(0),
    End: () => moveTo(count - 1),
  };
  if (tree && at >= 0) {
    const isOpen = tree.isOpen(at);
    moves.ArrowRight = () => (isOpen === false ? tree.toggle(at) : isOpen && moveTo(at + 1));
    moves.ArrowLeft = () => (isOpen ? tree.toggle(at) : tree.parent(at) >= 0 && moveTo(tree.parent(at)));
    moves.Enter = () => isOpen !== null && tree.toggle(at);
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.altKey || event.metaKey || count === 0) return;
    event.preventDefault();
    event.stopPropagation();
    move();
  };

  const shown = columns.filter(({ from = 0, to = Number.POSITIVE_INFINITY }) => from <= width && width <= to);
  const style = { gridTemplateColumns: shown.map(({ track }) => track).join(" ") };
  const cellClass = ({ isNumber, isCode }: Column) => `cell${isNumber ? " number" : ""}${isCode ? " mono" : ""}`;

  return (
    <div
      class="rows"
      ref={ref}
      role={tree ? "treegrid" : "grid"}
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        const row = rowOf(event);
        if (row === null) return;
        if (tree && (event.target as Element).closest(".twisty[data-open]")) tree.toggle(row);
        else onSelect(row);
      }}
      onPointerOver={(event) => onHover?.(rowOf(event))}
      onPointerLeave={() => onHover?.(null)}
    >
      <div class="row head" role="row" aria-rowindex={1} style={style}>
        {shown.map((column) => (
          <div key={column.title} class={cellClass(column)} role="columnheader">
            {column.title}
          </div>
        ))}
      </div>
      {count === 0 && (
        <div role="row" class="empty">
          <div role="gridcell">{empty}</div>
        </div>
      )}
      <div role="presentation" class="all" style={{ height: `${count * ROW}px` }}>
        {rows.map((row) => (
          <div
            key={row}
            id={`${id}-${row}`}
            class={`row ${mark?.(row) ?? ""}`}
            role="row"
            aria-rowindex={row + 2}
            aria-selected={row === at}
            aria-level={tree?.level(row)}
            aria-expanded={tree?.isOpen(row) ?? undefined}
            style={{ ...style, transform: `translateY(${row * ROW}px)` }}
            data-row={row}
          >
            {shown.map((column) => (
              <div key={column.title} class={cellClass(column)} role="gridcell">
                {column.cell(row)}
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
