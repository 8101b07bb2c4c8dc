/** One capability in words, with links to its copies, ancestors and descendants. */
import type { CapabilityColumns } from "../../../../observe/columns/capabilities";
import type { AddressColumns } from "../../../../observe/columns/cspace";
import { rightsText } from "../../../../observe/decode/capability";
import { formatAddress, formatBytes, formatCount } from "../../../../observe/text/quantities";
import { typeName } from "../../../../system/kpi/object-types";
import { english } from "../../english";
import { GoTo } from "../shared/GoTo";
import { addressText, capabilitySelection, memoryText } from "../shared/relations";
import { TypeDot, TypeName } from "../shared/TypeName";

interface CardProps {
  capabilities: CapabilityColumns;
  addresses: AddressColumns;
  /** -1 if nothing is selected, or if it does not exist at this moment. */
  index: number;
  /** Whether something is selected. */
  isSelected: boolean;
}

const MOST_LINKS = 12;

export function CapabilityCard({ capabilities, addresses, index, isSelected }: CardProps) {
  const words = english.capabilities;
  if (index < 0) return <aside class="detail quiet">{isSelected ? words.notHere : words.nothing}</aside>;
  const { type, base, bytes, rights } = capabilities;
  const [start, size] = [base[index] as number, bytes[index] as number];
  const ancestors = ancestorsOf(capabilities, index);
  const copies = copiesOf(capabilities, index);
  return (
    <aside class="detail" aria-label={words.selected}>
      <h3>
        <TypeName type={type[index] as number} />
        {size > 0 && <span class="soft">{formatBytes(size)}</span>}
      </h3>
      <dl class="facts">
        <dt>{words.memory}</dt>
        <dd class="mono">
          {start === 0 && size === 0 ? (
            words.none
          ) : (
            <GoTo to={{ kind: "page", base: start - (start % 4096) }} open="memory" title={words.showMemory}>
              {memoryText(start, size)}
            </GoTo>
          )}
        </dd>
        <dt>{words.rights}</dt>
        <dd class="mono">{rightsText(rights[index] as number)}</dd>
        <dt>{words.slots(copies.length)}</dt>
        <dd>
          <ul class="links">
            {copies.slice(0, MOST_LINKS).map((copy) => (
              <li key={copy}>
                <GoTo to={{ kind: "slot", at: capabilities.at[copy] as number }} open="cspace" title={words.showSlot}>
                  {addressText(addresses, copy) || words.outside(formatAddress(capabilities.at[copy] as number))}
                </GoTo>
              </li>
            ))}
            {copies.length > MOST_LINKS && <li class="soft">{words.more(copies.length - MOST_LINKS)}</li>}
          </ul>
        </dd>
        <dt>{words.ancestors(ancestors.length)}</dt>
        <dd>
          {ancestors.length === 0 ? (
            <span class="soft">{words.noAncestors}</span>
          ) : (
            <ol class="links stacked">
              {ancestors.slice(-MOST_LINKS).map((ancestor) => (
                <li key={ancestor}>
                  <ObjectLink capabilities={capabilities} index={ancestor} />
                </li>
              ))}
            </ol>
          )}
        </dd>
        <Descendants capabilities={capabilities} index={index} />
      </dl>
    </aside>
  );
}

function ObjectLink({ capabilities, index }: { capabilities: CapabilityColumns; index: number }) {
  const { type, base, bytes } = capabilities;
  const size = bytes[index] as number;
  return (
    <GoTo to={capabilitySelection(capabilities, index)}>
      <TypeDot type={type[index] as number} />
      {typeName(type[index] as number)} <span class="mono">{formatAddress(base[index] as number)}</span>
      {size > 0 && <span class="soft"> {formatBytes(size)}</span>}
    </GoTo>
  );
}

function Descendants({ capabilities, index }: { capabilities: CapabilityColumns; index: number }) {
  const words = english.capabilities;
  const { counts, firsts, total } = descendantsOf(capabilities, index);
  return (
    <>
      <dt>{words.descendants(total)}</dt>
      <dd>
        {total === 0 ? (
          <span class="soft">{words.noDescendants}</span>
        ) : (
          <>
            <ul class="links">
              {counts.map(([type, count]) => (
                <li key={type} class="tag">
                  <TypeDot type={type} />
                  {formatCount(count)} {typeName(type)}
                </li>
              ))}
            </ul>
            <ol class="links stacked">
              {firsts.map((child) => (
                <li key={child}>
                  <ObjectLink capabilities={capabilities} index={child} />
                </li>
              ))}
              {total > firsts.length && <li class="soft">{words.more(total - firsts.length)}</li>}
            </ol>
          </>
        )}
      </dd>
    </>
  );
}

/** Outermost first. */
function ancestorsOf({ parent }: CapabilityColumns, index: number): number[] {
  const found: number[] = [];
  for (let i = parent[index] as number; i >= 0; i = parent[i] as number) found.push(i);
  return found.reverse();
}

/** All capabilities of the object, itself included. */
function copiesOf({ first, count }: CapabilityColumns, index: number): number[] {
  const found: number[] = [];
  for (let i = first[index] as number; i < count && first[i] === first[index]; i++) found.push(i);
  return found;
}

function descendantsOf({ first, end, type }: CapabilityColumns, index: number) {
  const counts = new Map<number, number>();
  const firsts: number[] = [];
  let total = 0;
  for (let i = first[index] as number; i < (end[index] as number); i++) {
    if (first[i] !== i || i === first[index]) continue;
    total++;
    counts.set(type[i] as number, (counts.get(type[i] as number) ?? 0) + 1);
    if (firsts.length < MOST_LINKS) firsts.push(i);
  }
  return { counts: [...counts].sort((a, b) => b[1] - a[1]), firsts, total };
}
