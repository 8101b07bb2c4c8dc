/** `inspect cspace`: shows the CSpace as a tree of CNodes with the contents of each. */
import type { CNodeView, CSpace, OccupiedSlot } from "../../../observe/decode/cspace";
import { rootSlotName } from "../../../observe/decode/cspace";
import { formatAddress, formatBytes } from "../../../observe/text/quantities";
import { isNeighbour, runsOf } from "./capability-text";
import { type TreeNode, tree } from "./text";
import type { Subject, TextOptions, View } from "./view";

/** "3 RAM, 1 Frame": the most frequent type comes first. */
function contents(slots: readonly OccupiedSlot[]): string {
  const counts = new Map<string, number>();
  for (const { capability } of slots) counts.set(capability.typeName, (counts.get(capability.typeName) ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  return sorted.map(([type, count]) => `${count} ${type}`).join(", ");
}

function slotNodes(slots: readonly OccupiedSlot[], all: boolean): TreeNode[] {
  const continues = (last: OccupiedSlot, next: OccupiedSlot) =>
    next.index === last.index + 1 && isNeighbour(last.capability, next.capability);
  const runs = all ? slots.map((slot) => [slot]) : runsOf(slots, continues);
  return runs.map((run) => {
    const [first, last] = [run[0] as OccupiedSlot, run.at(-1) as OccupiedSlot];
    const { typeName, base, bytes } = first.capability;
    const where = run.length === 1 ? `${first.index}` : `${first.index}-${last.index}`;
    const size = bytes === 0 ? "" : `, ${formatBytes(bytes)}${run.length > 1 ? " each" : ""}`;
    return { text: `${where}: ${typeName}${base === 0 ? "" : ` at ${formatAddress(base)}`}${size}`, children: [] };
  });
}

function label(rootSlot: number): string {
  const name = rootSlotName(rootSlot);
  return name === null ? "" : ` (${name})`;
}

function cnodeNode({ rootSlot, size, slots }: CNodeView, all: boolean): TreeNode {
  const holds = slots.length === 0 ? "empty" : contents(slots);
  return {
    text: `${rootSlot}${label(rootSlot)}: L2CNode, ${slots.length} of ${size} slots used: ${holds}`,
    children: slotNodes(slots, all),
  };
}

function text({ system }: Subject, { all }: TextOptions): string {
  const cspace = system.cspace();
  if (!cspace) return "init has no CSpace";
  const cnodes = new Map(cspace.cnodes.map((cnode) => [cnode.rootSlot, cnode]));
  const children = cspace.rootSlots.map(({ index, capability }) => {
    const cnode = cnodes.get(index);
    return cnode ? cnodeNode(cnode, all) : { text: `${index}${label(index)}: ${capability.typeName}`, children: [] };
  });
  const root = `root CNode at ${formatAddress(cspace.root.base)}, ${cspace.rootSlots.length} of ${cspace.size} slots used`;
  return tree([{ text: root, children }]);
}

function slotJson({ index, address, capability: { typeName, base, bytes } }: OccupiedSlot): object {
  return { index, address, type: typeName, base, bytes };
}

function cspaceJson({ root, size, rootSlots, cnodes }: CSpace): object {
  return {
    root: { base: root.base, bytes: root.bytes },
    size,
    cnodes: cnodes.map(({ rootSlot, name, capability, size: slots, slots: used }) => ({
      rootSlot,
      name,
      base: capability.base,
      size: slots,
      slots: used.map(slotJson),
    })),
    others: rootSlots.filter(({ index }) => !cnodes.some(({ rootSlot }) => rootSlot === index)).map(slotJson),
  };
}

export const cspace: View = {
  name: "cspace",
  description: "the CSpace as a tree: root CNode, L2CNodes, slots",
  json: ({ system }) => {
    const found = system.cspace();
    return found && cspaceJson(found);
  },
  text,
};
