/** The virtual address space: what is mapped where, by which capability, with which rights, and what is reserved. */
import { useMemo } from "preact/hooks";
import { RegionFlag } from "../../../../observe/columns/regions";
import { formatAddress, formatBytes } from "../../../../observe/text/quantities";
import { english } from "../../english";
import type { Moment } from "../../moment";
import type { Selection } from "../../selection";
import { hovered, select, selection } from "../../state";
import type { SpaceColumns } from "../../worker/address-space";
import { Damage } from "../shared/Damage";
import { useExportedDrawing } from "../shared/exported-drawing";
import { GoTo } from "../shared/GoTo";
import { type Column, Rows } from "../shared/Rows";
import { memoryText } from "../shared/relations";
import { TypeName } from "../shared/TypeName";
import { defineView } from "../view";
import { spaceDrawing } from "./drawing";
import { MIB, type MibRow, mibRows, type Segment, withGaps } from "./mib-rows";

const words = english.space;
/** Width of the table from which on it shows where regions end. */
const RANGES_FROM = 620;
const USER_END = 0x80000000;

/** The selected region: the one that contains the selected address, or that leads to the selected memory. -1 if none. */
function selectedRegion(space: SpaceColumns, picked: Selection | null): number {
  if (picked === null) return -1;
  const { va, bytes, pa, sourceType, sourceBase, sourceBytes, entry } = space;
  const inside = (i: number, start: Uint32Array, at: number) =>
    at >= (start[i] as number) && at < (start[i] as number) + (bytes[i] as number);
  const found = (test: (i: number) => boolean): number => {
    for (let i = 0; i < space.count; i++) if (test(i)) return i;
    return -1;
  };
  switch (picked.kind) {
    case "address":
      return found((i) => inside(i, va, picked.va));
    case "page":
      return found((i) => inside(i, pa, picked.base));
    case "entry":
      return found((i) => {
        const unit = (space.flags[i] as number) & RegionFlag.SECTION ? MIB : 0x1000;
        const entries = (bytes[i] as number) / unit;
        return picked.at >= (entry[i] as number) && picked.at < (entry[i] as number) + entries * 4;
      });
    case "slot":
      return found((i) => space.source[i] === picked.at || space.mappingAt[i] === picked.at);
    case "capability":
      return found(
        (i) => sourceType[i] === picked.type && sourceBase[i] === picked.base && sourceBytes[i] === picked.bytes,
      );
  }
}

/** `rwx` with dashes. */
function rights(flags: number): string {
  return `${flags & RegionFlag.READ ? "r" : "-"}${flags & RegionFlag.WRITE ? "w" : "-"}${flags & RegionFlag.EXECUTE ? "x" : "-"}`;
}

function memoryKind(flags: number): string {
  if (flags & RegionFlag.DEVICE) return words.device;
  return flags & RegionFlag.CACHED ? words.cached : words.uncached;
}

const KINDS = ["writable", "readable", "executable", "private", "reserved"] as const;
type Kind = (typeof KINDS)[number];

/** Class of a segment in the picture. */
function kindOf({ flags }: SpaceColumns, region: number): Kind {
  if (region < 0) return "reserved";
  const all = flags[region] as number;
  if ((all & RegionFlag.READ) === 0) return "private";
  return all & RegionFlag.WRITE ? "writable" : all & RegionFlag.EXECUTE ? "executable" : "readable";
}

/** Colours of the kinds, as in styles/space.css. */
const TOKENS: Record<Kind, string> = {
  writable: "--type-frame",
  readable: "--type-ram",
  executable: "--type-dispatcher",
  private: "--type-kernel",
  reserved: "--line-strong",
};

function SpaceView({ moment: { space } }: { moment: Moment<"space"> }) {
  const rows = useMemo(() => withGaps(mibRows(space), USER_END), [space]);
  const chosen = useMemo(() => selectedRegion(space, selection.value), [space, selection.value]);
  const mapped = useMemo(() => space.bytes.reduce((sum, each) => sum + each, 0), [space]);
  useExportedDrawing("typefish-address-space", () => spaceDrawing(rows, ({ region }) => TOKENS[kindOf(space, region)]));
  if (space.root === 0) return <p class="quiet">{words.none}</p>;
  const { va, bytes, pa, flags, sourceType, sourceAddress, mappingAddress, mapping } = space;
  const isPicked = ({ va: start, bytes: length }: Segment): boolean => {
    const picked = selection.value;
    return picked?.kind === "address" && picked.va >= start && picked.va < start + length;
  };

  const columns: Column[] = [
    {
      title: words.virtual,
      track: "5.6rem",
      isCode: true,
      to: RANGES_FROM - 1,
      cell: (row) => formatAddress(va[row] as number),
    },
    {
      title: words.virtual,
      track: "12.2rem",
      isCode: true,
      from: RANGES_FROM,
      cell: (row) => memoryText(va[row] as number, bytes[row] as number),
    },
    {
      title: words.physical,
      track: "5.8rem",
      isCode: true,
      cell: (row) => (
        <GoTo to={{ kind: "page", base: pa[row] as number }} open="memory">
          {formatAddress(pa[row] as number)}
        </GoTo>
      ),
    },
    { title: words.size, track: "4.6rem", isNumber: true, cell: (row) => formatBytes(bytes[row] as number) },
    { title: words.access, track: "3.2rem", isCode: true, cell: (row) => rights(flags[row] as number) },
    { title: words.memory, track: "5.2rem", from: 740, cell: (row) => memoryKind(flags[row] as number) },
    {
      title: words.source,
      track: "minmax(9rem, 1fr)",
      from: 470,
      cell: (row) =>
        sourceType[row] === 0 ? (
          <span class="soft">{words.nobody}</span>
        ) : (
          <GoTo to={{ kind: "slot", at: space.source[row] as number }} open="capabilities">
            <TypeName type={sourceType[row] as number} />
            <span class="soft mono"> {slotText(sourceAddress[row] as number)}</span>
          </GoTo>
        ),
    },
    {
      title: words.mapping,
      track: "5rem",
      isCode: true,
      from: 820,
      cell: (row) =>
        (mapping[row] as number) < 0 ? (
          ""
        ) : (
          <GoTo to={{ kind: "slot", at: space.mappingAt[row] as number }} open="cspace">
            {slotText(mappingAddress[row] as number) || words.outside}
          </GoTo>
        ),
    },
  ];

  return (
    <div class="split space">
      <div class="main-part">
        <Damage notes={space.damage} />
        <p class="soft">{words.summary(formatBytes(mapped), space.count, space.tables, formatAddress(space.root))}</p>
        <Rows
          label={words.title}
          count={space.count}
          columns={columns}
          selected={chosen}
          onSelect={(row) => select({ kind: "address", va: va[row] as number })}
          onHover={(row) => {
            hovered.value = row === null ? null : { kind: "address", va: va[row] as number };
          }}
          empty={words.empty}
        />
      </div>
      <aside class="side-part space-picture">
        <h3>{words.picture}</h3>
        <ul class="legend">
          {KINDS.map((kind) => (
            <li key={kind}>
              <i class={`swatch ${kind}`} /> {words.kinds[kind]}
            </li>
          ))}
        </ul>
        <div class="mibs">
          {rows.map((row) => (
            <MibLine key={row.va} row={row} space={space} chosen={chosen} isPicked={isPicked} />
          ))}
        </div>
      </aside>
    </div>
  );
}

const slotText = (address: number) => (address === 0 ? "" : `0x${address.toString(16)}`);

function MibLine({
  row,
  space,
  chosen,
  isPicked,
}: {
  row: MibRow;
  space: SpaceColumns;
  chosen: number;
  isPicked(segment: Segment): boolean;
}) {
  if (row.segments.length === 0) {
    return (
      <p class="gap">
        <span>{words.gap(formatBytes(row.bytes))}</span>
      </p>
    );
  }
  return (
    <div class="mib">
      <span class="mono">{formatAddress(row.va)}</span>
      <svg
        viewBox="0 0 256 10"
        preserveAspectRatio="none"
        aria-hidden="true"
        onClick={(event) => {
          const va = (event.target as SVGElement).dataset.va;
          if (va !== undefined) select({ kind: "address", va: Number(va) });
        }}
      >
        <rect class="ground" width="256" height="10" />
        {row.segments.map((segment) => (
          <rect
            key={segment.va}
            class={`segment ${kindOf(space, segment.region)}${(segment.region >= 0 && segment.region === chosen) || isPicked(segment) ? " chosen" : ""}`}
            x={((segment.va - row.va) / row.bytes) * 256}
            width={Math.max(1, (segment.bytes / row.bytes) * 256)}
            height="10"
            data-va={segment.va}
          >
            <title>{segmentText(space, segment)}</title>
          </rect>
        ))}
      </svg>
      {row.bytes > MIB && <span class="soft">{formatBytes(row.bytes)}</span>}
    </div>
  );
}

function segmentText({ flags, pa, va }: SpaceColumns, { va: start, bytes, region }: Segment): string {
  if (region < 0) return `${memoryText(start, bytes)}: ${words.kinds.reserved}`;
  const physical = (pa[region] as number) + start - (va[region] as number);
  return `${memoryText(start, bytes)} → ${formatAddress(physical)}, ${rights(flags[region] as number)}`;
}

export const space = defineView({
  id: "space",
  title: words.title,
  about: words.about,
  needs: ["space"],
  component: SpaceView,
});
