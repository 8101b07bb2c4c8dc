/** What is known about a page, beside the pointer. */
import { formatAddress, formatBytes } from "../../../../observe/text/quantities";
import { typeName } from "../../../../system/kpi/object-types";
import type { Size } from "../../draw/Picture";
import { english } from "../../english";
import type { Moment } from "../../moment";
import { ownerName } from "./colouring";

const PAGE_BYTES = 4096;
const GAP = 8;

/** Address, what covers it, owner, and last change, in words. */
export function pageLines(page: number, moment: Moment<"pages" | "capabilities">, base: number): string[] {
  const { pages, capabilities } = moment;
  const text = english.memory;
  const index = pages.capability[page] as number;
  const covered =
    index < 0
      ? text.nothing
      : text.covered(
          typeName(capabilities.type[index] as number),
          formatAddress(capabilities.base[index] as number),
          formatBytes(capabilities.bytes[index] as number),
        );
  const last = pages.lastChange[page] as number;
  return [
    formatAddress(base + page * PAGE_BYTES),
    covered,
    text.keys[ownerName(pages.owner[page] as number)],
    last === 0 ? text.unchanged : text.lastChange(last),
  ];
}

interface PageCardProps {
  lines: string[];
  /** Where the page is. */
  at: { x: number; y: number; width: number; height: number };
  size: Size;
}

export function PageCard({ lines: [address, ...rest], at, size }: PageCardProps) {
  const isRight = at.x > size.width / 2;
  const isLow = at.y > size.height / 2;
  const across = isRight ? size.width - at.x : at.x + Math.min(at.width, size.width / 2);
  const style = {
    [isRight ? "right" : "left"]: `${across + GAP}px`,
    [isLow ? "bottom" : "top"]: `${Math.max(0, isLow ? size.height - at.y - at.height : at.y)}px`,
  };
  return (
    <div class="card" style={style} aria-hidden="true">
      <strong class="mono">{address}</strong>
      {rest.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </div>
  );
}
