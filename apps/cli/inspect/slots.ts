/** `inspect slots`: shows init's slot allocators. */
import { readable } from "../../../observe/decode/damage";
import { decodeRootSlots, decodeSlotAllocator, type SlotAllocator } from "../../../observe/decode/user/slot-allocators";
import { formatAddress, formatCount } from "../../../observe/text/quantities";
import { table } from "./text";
import type { Subject, TextOptions, View } from "./view";

interface NamedAllocator extends SlotAllocator {
  name: string;
}

function allocatorsOf({ user, damage }: Subject): NamedAllocator[] {
  if (!user) return [];
  const { memory, domain } = user;
  const found: NamedAllocator[] = [];
  const add = (name: string, at: number, decode: (at: number) => SlotAllocator) => {
    const allocator = at === 0 ? null : readable(damage, `slot allocator "${name}"`, at, () => decode(at));
    if (allocator) found.push({ name, ...allocator });
  };
  const decode = (at: number) => decodeSlotAllocator(memory, at, damage);
  add("default", domain.defaultSlots, decode);
  add("memory manager", domain.prealloc, decode);
  add("root CNode", domain.rootSlots, (at) => decodeRootSlots(memory, at, damage).allocator);
  return found;
}

function text(subject: Subject, { colors, all }: TextOptions): string {
  const allocators = allocatorsOf(subject);
  if (allocators.length === 0) return "init has no slot allocators that can be read";
  const right = (title: string) => ({ title, align: "right" as const });
  const summary = table(
    [{ title: "allocator" }, { title: "kind" }, right("free"), right("slots"), right("blocks"), right("times grown")],
    allocators.map(({ name, kind, free, total, blocks, growths, failedGrowths }) => [
      name,
      kind,
      formatCount(free),
      formatCount(total),
      formatCount(blocks.length),
      failedGrowths === 0 ? formatCount(growths) : `${growths}, ${failedGrowths} failed`,
    ]),
    colors,
  );
  const details = allocators.map(({ name, blocks }) => {
    const rows = blocks.map(({ cnode, first, count, free, map }) => [
      cnode === 0 ? "root" : formatAddress(cnode),
      `${first} - ${first + count - 1}`,
      formatCount(free),
      all ? map : bar(map),
    ]);
    const columns = [{ title: "CNode" }, { title: "slots" }, right("free"), { title: "map" }];
    return `${colors.bold(name)}\n${table(columns, rows, colors)}`;
  });
  return [summary, ...details, LEGEND].join("\n\n");
}

const BAR_WIDTH = 64;

const LEGEND = [
  "blocks: groups of up to 256 slots, a row each",
  "kind: multi grows by another CNode, prealloc is filled ahead for the memory manager, root hands out slots of the root CNode",
  "map: . free, # handed out, + partly handed out; a character stands for several slots, with --all for one",
].join("\n");

/** Shows several slots with one character: all free, some handed out, or all handed out. */
function bar(map: string): string {
  const step = Math.ceil(map.length / BAR_WIDTH) || 1;
  const parts = map.match(new RegExp(`.{1,${step}}`, "g")) ?? [];
  return parts.map((part) => (!part.includes("#") ? "." : part.includes(".") ? "+" : "#")).join("");
}

export const slots: View = {
  name: "slots",
  description: "init's slot allocators: which slots are free",
  json: allocatorsOf,
  text,
};
