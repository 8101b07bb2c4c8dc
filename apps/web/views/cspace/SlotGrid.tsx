/**
 * The slots of a CNode as a picture: a cell for each, coloured by the type in it. For the keyboard and for
 * screen readers it is a slider: arrows choose a slot, whose text is read.
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { typeClass } from "../../type-classes";

interface SlotGridProps {
  /** The type in each slot; 0 if it is empty. */
  types: Uint8Array;
  /** Slots in a row. */
  columns: number;
  /** How full the thing in a slot is, from 0 to 1; the cell is filled to that height. */
  fill?: (slot: number) => number;
  /** Class of a cell, for marks. */
  mark: (slot: number) => string;
  /** The selected slot; -1 if none is. */
  selected: number;
  onSelect(slot: number): void;
  onHover?: (slot: number | null) => void;
  label: string;
  /** A slot in words. */
  describe(slot: number): string;
}

const CELL = 16;
const GAP = 2;

export function SlotGrid(props: SlotGridProps) {
  const { types, columns, fill, mark, selected, onSelect, onHover, label, describe } = props;
  const cursor = useSignal(Math.max(0, selected));
  const pointed = useSignal<number | null>(null);
  useEffect(() => {
    if (selected >= 0) cursor.value = selected;
  }, [selected]);

  const rows = Math.ceil(types.length / columns);
  const [width, height] = [columns * CELL, rows * CELL];
  const slotAt = (event: { clientX: number; clientY: number; currentTarget: Element }): number | null => {
    const box = event.currentTarget.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    const slot = row * columns + column;
    return column >= 0 && column < columns && slot >= 0 && slot < types.length ? slot : null;
  };
  const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    const next = event.key === "Home" ? 0 : event.key === "End" ? types.length - 1 : cursor.value + (step ?? 0);
    if (event.key === "Enter" || event.key === " ") onSelect(cursor.value);
    else if (step === undefined && event.key !== "Home" && event.key !== "End") return;
    else if (next >= 0 && next < types.length) {
      cursor.value = next;
      onSelect(next);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const point = (slot: number | null) => {
    pointed.value = slot;
    onHover?.(slot);
  };
  const spoken = pointed.value ?? cursor.value;

  const cells: JSX.Element[] = [];
  for (let slot = 0; slot < types.length; slot++) {
    const [x, y] = [(slot % columns) * CELL, Math.floor(slot / columns) * CELL];
    const type = types[slot] as number;
    const share = type === 0 ? 1 : (fill?.(slot) ?? 1);
    const side = CELL - GAP;
    const marks = `${mark(slot)}${slot === selected ? " chosen" : ""}`;
    if (share < 1) {
      const ground = `color-mix(in srgb, var(--type-${typeClass(type)}) 30%, var(--type-none))`;
      cells.push(<rect key={`b${slot}`} style={{ fill: ground }} x={x} y={y} width={side} height={side} rx={2} />);
    }
    cells.push(
      <rect
        key={slot}
        style={{ fill: `var(--type-${typeClass(type)})` }}
        x={x}
        y={y + side * (1 - share)}
        width={side}
        height={side * share}
        rx={2}
      />,
    );
    if (marks.trim() !== "") {
      cells.push(<rect key={`m${slot}`} class={`slot-mark ${marks}`} x={x} y={y} width={side} height={side} rx={2} />);
    }
  }

  return (
    <figure class="slot-grid">
      <div
        class="slots"
        role="slider"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, types.length - 1)}
        aria-valuenow={cursor.value}
        aria-valuetext={types.length > 0 ? describe(cursor.value) : ""}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const slot = slotAt(event);
          if (slot !== null) onSelect(slot);
        }}
        onPointerMove={(event) => point(slotAt(event))}
        onPointerLeave={() => point(null)}
      >
        <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          {cells}
          <rect
            class="slot-cursor"
            x={(cursor.value % columns) * CELL - 1}
            y={Math.floor(cursor.value / columns) * CELL - 1}
            width={CELL}
            height={CELL}
            rx={3}
          />
        </svg>
      </div>
      <figcaption>{spoken < types.length ? describe(spoken) : ""}</figcaption>
    </figure>
  );
}
