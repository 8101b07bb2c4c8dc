/** Capabilities: the mapping database as a tree, from the memory of the board down to each frame and table. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { rightsText } from "../../../../observe/decode/capability";
import { formatAddress, formatBytes, formatCount } from "../../../../observe/text/quantities";
import { english } from "../../english";
import type { Moment } from "../../moment";
import { hovered, select, selection } from "../../state";
import type { TypeClass } from "../../type-classes";
import { Damage } from "../shared/Damage";
import { type Column, Rows, type Tree } from "../shared/Rows";
import { addressText, capabilitySelection, memoryText, Relations, selectedIndex } from "../shared/relations";
import { TypeName } from "../shared/TypeName";
import { defineView } from "../view";
import { CapabilityCard } from "./CapabilityCard";
import { classCounts, keyOf, rowOf, treeRows } from "./tree-rows";

type Parts = "capabilities" | "addresses";

/** Width of the table from which on it shows where memory ends. */
const RANGES_FROM = 660;

/** Search and filter stay while another view is shown. */
const kept = { text: "", classes: new Set<TypeClass>() as ReadonlySet<TypeClass> };

function toggled<T>(set: ReadonlySet<T>, member: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(member)) next.add(member);
  return next;
}

function CapabilitiesView({ moment: { capabilities, addresses } }: { moment: Moment<Parts> }) {
  const words = english.capabilities;
  const text = useSignal(kept.text);
  const classes = useSignal(kept.classes);
  const closed = useSignal<ReadonlySet<string>>(new Set());
  useEffect(() => {
    kept.text = text.value;
    kept.classes = classes.value;
  }, [text.value, classes.value]);

  const rows = useMemo(
    () => treeRows(capabilities, addresses, { text: text.value, classes: classes.value, closed: closed.value }),
    [capabilities, addresses, text.value, classes.value, closed.value],
  );
  const counts = useMemo(() => classCounts(capabilities), [capabilities]);
  const chosen = useMemo(() => selectedIndex(capabilities, selection.value), [capabilities, selection.value]);
  const relations = useMemo(() => new Relations(capabilities, chosen), [capabilities, chosen]);

  const { type, base, bytes, rights, at, first, end, depth, parent } = capabilities;
  const of = (row: number) => rows.index[row] as number;
  const hasInside = (i: number) => first[i] === i && capabilities.first[(end[i] as number) - 1] !== i;
  const selectionOf = (i: number) =>
    first[i] === i ? capabilitySelection(capabilities, i) : { kind: "slot" as const, at: at[i] as number };

  const tree: Tree = {
    level: (row) => (depth[of(row)] as number) + 1,
    isOpen: (row) => (hasInside(of(row)) ? !closed.value.has(keyOf(capabilities, of(row))) : null),
    toggle: (row) => {
      closed.value = toggled(closed.value, keyOf(capabilities, of(row)));
    },
    parent: (row) => rowOf(rows, capabilities, parent[of(row)] as number),
  };

  const columns: Column[] = [
    {
      title: words.object,
      track: "minmax(9.5rem, 1fr)",
      cell: (row) => {
        const i = of(row);
        return (
          <span class="branch" style={{ paddingLeft: `${Math.min(depth[i] as number, 24) * 14}px` }}>
            <span class="twisty" data-open={tree.isOpen(row) ?? undefined} />
            <TypeName type={type[i] as number} />
            {first[i] !== i && <span class="soft">{words.copy}</span>}
          </span>
        );
      },
    },
    {
      title: words.memory,
      track: "5.6rem",
      isCode: true,
      to: RANGES_FROM - 1,
      cell: (row) => memoryText(base[of(row)] as number, 0),
    },
    {
      title: words.memory,
      track: "12.2rem",
      isCode: true,
      from: RANGES_FROM,
      cell: (row) => memoryText(base[of(row)] as number, bytes[of(row)] as number),
    },
    {
      title: words.size,
      track: "4.6rem",
      isNumber: true,
      cell: (row) => (bytes[of(row)] === 0 ? "" : formatBytes(bytes[of(row)] as number)),
    },
    {
      title: words.address,
      track: "5.8rem",
      isCode: true,
      from: 480,
      cell: (row) => addressText(addresses, of(row)),
    },
    {
      title: words.rights,
      track: "3.2rem",
      isCode: true,
      from: 760,
      cell: (row) => rightsText(rights[of(row)] as number),
    },
    { title: words.slot, track: "6rem", isCode: true, from: 860, cell: (row) => formatAddress(at[of(row)] as number) },
  ];

  return (
    <div class="split capabilities">
      <div class="main-part">
        <Damage notes={capabilities.damage} />
        <div class="view-tools">
          <input
            type="search"
            value={text.value}
            placeholder={words.search}
            aria-label={words.search}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
          />
          <output class="soft">{words.shown(rows.matches, capabilities.count)}</output>
        </div>
        <fieldset class="chips">
          <legend class="unseen">{words.filter}</legend>
          {counts.map(([name, count]) => (
            <button
              key={name}
              type="button"
              class="chip"
              aria-pressed={classes.value.has(name)}
              onClick={() => {
                classes.value = toggled(classes.value, name);
              }}
            >
              <i class="type-dot" style={{ background: `var(--type-${name})` }} />
              {english.typeClasses[name]} <span class="soft">{formatCount(count)}</span>
            </button>
          ))}
        </fieldset>
        <Rows
          label={words.title}
          count={rows.index.length}
          columns={columns}
          selected={rowOf(rows, capabilities, chosen)}
          mark={(row) => `${relations.of(of(row)) ?? ""}${rows.isPath[row] ? " path" : ""}`}
          onSelect={(row) => select(selectionOf(of(row)))}
          onHover={(row) => {
            hovered.value = row === null ? null : selectionOf(of(row));
          }}
          tree={tree}
          empty={words.empty}
        />
      </div>
      <CapabilityCard
        capabilities={capabilities}
        addresses={addresses}
        index={chosen}
        isSelected={selection.value !== null}
      />
    </div>
  );
}

export const capabilities = defineView({
  id: "capabilities",
  title: english.capabilities.title,
  about: english.capabilities.about,
  needs: ["capabilities", "addresses"],
  component: CapabilitiesView,
});
