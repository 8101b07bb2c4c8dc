/**
 * The CSpace as columns: the slots of the root CNode, and the slots of every L2CNode in it.
 *
 *     root      0   1   2   3   4  ...  size - 1          the type in each slot of the root
 *               |   |       |
 *     cnodes    0   1       2                             256 slots each, in the order of the root's slots
 */
import { CteLayout } from "../../system/cpudriver/layout/cte-layout";
import { ObjType } from "../../system/kpi/object-types";
import { L2_CNODE_BITS, L2_CNODE_SLOTS, OBJSIZE_L2CNODE } from "../../system/kpi/types";
import { cnodeSlotCount } from "../decode/capability";
import { addressOfKey, bytesOf } from "../decode/object-range";
import type { CapabilityColumns } from "./capabilities";
import type { MemoryWords } from "./memory-words";

export interface CSpaceColumns {
  /** Physical address of the root CNode; 0 if there is no CSpace. */
  readonly root: number;
  /** The `ObjType` in each slot of the root; 0 if the slot is empty. */
  readonly rootTypes: Uint8Array;
  /** Number of L2CNodes. */
  readonly cnodes: number;
  /** Slot of the root that holds each L2CNode. */
  readonly rootSlot: Uint32Array;
  /** Physical address of each L2CNode. */
  readonly base: Float64Array;
  /** Number of occupied slots of each L2CNode. */
  readonly used: Uint16Array;
  /** The `ObjType` in each slot of each L2CNode, 256 for each. */
  readonly types: Uint8Array;
  readonly damage: readonly string[];
}

export function readCSpaceColumns(memory: MemoryWords): CSpaceColumns {
  const cnode = memory.dispatcherSlot("cspace");
  const damage: string[] = [];
  const root = cnode?.base ?? 0;
  const rootTypes = new Uint8Array(cnode ? readableSlots(memory, root, cnodeSlotCount(cnode)) : 0);
  if (cnode && rootTypes.length < cnodeSlotCount(cnode)) damage.push("the root CNode is not all in the DRAM");
  readTypes(memory, root, rootTypes);

  const rootSlot = Uint32Array.from(slotsOfType(rootTypes, ObjType.L2CNode));
  const cnodes = rootSlot.length;
  const base = new Float64Array(cnodes);
  const used = new Uint16Array(cnodes);
  const types = new Uint8Array(cnodes * L2_CNODE_SLOTS);
  for (let i = 0; i < cnodes; i++) {
    const slot = root + (rootSlot[i] as number) * CteLayout.SIZE;
    const key = memory.word(slot + CteLayout.KEY);
    const at = addressOfKey(key);
    base[i] = at;
    const readable = readableSlots(memory, at, L2_CNODE_SLOTS);
    const bytes = bytesOf(key, memory.word(slot + CteLayout.END_KIB));
    const isWhole = bytes === OBJSIZE_L2CNODE && readable === L2_CNODE_SLOTS;
    if (!isWhole) damage.push(`the L2CNode in root slot ${rootSlot[i]} is not ${OBJSIZE_L2CNODE} bytes of DRAM`);
    const own = types.subarray(i * L2_CNODE_SLOTS, i * L2_CNODE_SLOTS + readable);
    used[i] = readTypes(memory, at, own);
  }
  return { root, rootTypes, cnodes, rootSlot, base, used, types, damage };
}

/** How many of `count` slots from an address on are in the DRAM. */
function readableSlots(memory: MemoryWords, at: number, count: number): number {
  if (!memory.holds(at, 0)) return 0;
  return Math.min(count, Math.floor((memory.base + memory.bytes.length - at) / CteLayout.SIZE));
}

/** Writes the type in each slot from an address on, and returns the number of occupied slots. */
function readTypes(memory: MemoryWords, at: number, types: Uint8Array): number {
  let used = 0;
  let place = at - memory.base + CteLayout.TYPE;
  for (let slot = 0; slot < types.length; slot++, place += CteLayout.SIZE) {
    const type = memory.bytes[place] as number;
    types[slot] = type;
    if (type !== ObjType.Null) used++;
  }
  return used;
}

function slotsOfType(types: Uint8Array, type: ObjType): number[] {
  const slots: number[] = [];
  for (let slot = types.indexOf(type); slot >= 0; slot = types.indexOf(type, slot + 1)) slots.push(slot);
  return slots;
}

export interface AddressColumns {
  /** Capability address of each capability. */
  readonly address: Uint32Array;
  /** Level of the address: 1 for a slot of the root, 2 for another slot, 0 if the capability is not in the CSpace. */
  readonly level: Uint8Array;
}

/** Blocks of 16 KiB of DRAM. An L2CNode has this size, so that two of them cannot begin in the same block. */
const BLOCK_BITS = 14;

/** The address in the CSpace of each capability. If a capability has several, it is the highest. */
export function addressesOf(
  memory: MemoryWords,
  { count, at }: Pick<CapabilityColumns, "count" | "at">,
  { root, rootTypes, cnodes, rootSlot, base }: CSpaceColumns,
): AddressColumns {
  const address = new Uint32Array(count);
  const level = new Uint8Array(count);
  /** For each block of the DRAM, 1 + the number of the L2CNode that begins in it. */
  const beginning = new Uint32Array((memory.bytes.length >>> BLOCK_BITS) + 1);
  for (let i = 0; i < cnodes; i++) {
    const offset = (base[i] as number) - memory.base;
    if (memory.holds(base[i] as number, 1)) beginning[Math.floor(offset / 2 ** BLOCK_BITS)] = i + 1;
  }
  const rootEnd = root + rootTypes.length * CteLayout.SIZE;
  for (let i = 0; i < count; i++) {
    const slot = at[i] as number;
    const block = (slot - memory.base) >>> BLOCK_BITS;
    let cnode = beginning[block] as number;
    if (cnode === 0 || slot < (base[cnode - 1] as number)) cnode = block > 0 ? (beginning[block - 1] as number) : 0;
    const offset = cnode === 0 ? -1 : slot - (base[cnode - 1] as number);
    if (offset >= 0 && offset < OBJSIZE_L2CNODE && offset % CteLayout.SIZE === 0) {
      address[i] = ((rootSlot[cnode - 1] as number) << L2_CNODE_BITS) | (offset / CteLayout.SIZE);
      level[i] = 2;
    } else if (slot >= root && slot < rootEnd && (slot - root) % CteLayout.SIZE === 0) {
      address[i] = ((slot - root) / CteLayout.SIZE) << L2_CNODE_BITS;
      level[i] = 1;
    }
  }
  return { address, level };
}
