/** Decodes a capability slot (CTE) and the capability in it. `system/cpudriver/cap/cte.ts` draws the bytes. */
import { CteFlag, CteLayout, CteWord } from "../../system/cpudriver/layout/cte-layout";
import { POINTER_OFFSET } from "../../system/cpudriver/layout/kernel-space";
import {
  ObjType,
  typeIsCNode,
  typeIsMappable,
  typeIsMapping,
  typeIsVNode,
  typeName,
  typeRoot,
} from "../../system/kpi/object-types";
import { CapRights, OBJSIZE_CTE } from "../../system/kpi/types";
import type { PhysicalReader } from "./memory-reader";
import { addressOfKey, bytesOf } from "./object-range";

/** The record in a mapping capability. */
export interface MappingWords {
  /** Physical address of the slot that is mapped. */
  frame: number;
  /** Physical address of the first page-table entry. */
  pte: number;
  /** Number of entries. */
  count: number;
  /** The mapping is void: its page-table entries are gone. */
  isVoid: boolean;
}

export interface Capability {
  /** Physical address of the slot. */
  at: number;
  type: ObjType;
  typeName: string;
  base: number;
  /** 0 for types without a size. */
  bytes: number;
  rights: number;
  /** For a mapping: its record. */
  mapping?: MappingWords;
  /** For a Frame, DevFrame or VNode: the slot of the first mapping made from this capability. */
  firstMapping?: number;
  /** For a VNode: the slot of the first mapping whose entries are in this table. */
  firstEntry?: number;
  /** For an EndPoint: offset of its buffer in the dispatcher frame, and the buffer's size in words. */
  endpoint?: { offset: number; words: number };
  /** For IDs, IO ranges and interrupts: the two numbers that distinguish them. */
  numbers?: [number, number];
}

/** Types of which two numbers distinguish the objects. */
export const NUMBERED_TYPES: readonly ObjType[] = [
  ObjType.IRQDest,
  ObjType.IRQSrc,
  ObjType.IO,
  ObjType.Notify_RCK,
  ObjType.Notify_IPI,
  ObjType.ID,
];

/** Decodes the slot at a physical address. Returns null if the slot is empty. */
export function decodeSlot(reader: PhysicalReader, at: number): Capability | null {
  const type = reader.u8(at + CteLayout.TYPE) as ObjType;
  if (type === ObjType.Null) return null;
  const key = reader.u32(at + CteLayout.KEY);
  return {
    at,
    type,
    typeName: typeName(type),
    base: addressOfKey(key),
    bytes: bytesOf(key, reader.u32(at + CteLayout.END_KIB)),
    rights: reader.u8(at + CteLayout.RIGHTS),
    ...decodeWords(reader, at, type),
  };
}

function decodeWords(reader: PhysicalReader, at: number, type: ObjType): Partial<Capability> {
  if (typeIsMapping(type)) return { mapping: decodeMapping(reader, at) };
  if (type === ObjType.EndPoint) {
    return { endpoint: { offset: reader.u32(at + CteWord.EP_OFFSET), words: reader.u32(at + CteWord.EP_BUFLEN) } };
  }
  if (NUMBERED_TYPES.includes(type)) return { numbers: [reader.u32(at + CteWord.EQ0), reader.u32(at + CteWord.EQ1)] };
  const words: Partial<Capability> = {};
  if (typeIsMappable(type)) words.firstMapping = reader.pointer(at + CteWord.MAPPINGS) ?? undefined;
  if (typeIsVNode(type)) words.firstEntry = reader.pointer(at + CteWord.ENTRIES) ?? undefined;
  return words;
}

function decodeMapping(reader: PhysicalReader, at: number): MappingWords {
  return {
    frame: reader.base + (reader.u32(at + CteWord.FRAME) & POINTER_OFFSET),
    pte: reader.u32(at + CteWord.PTE),
    count: reader.u16(at + CteLayout.COUNT),
    isVoid: (reader.u8(at + CteLayout.FLAGS) & CteFlag.VOID) !== 0,
  };
}

/** Number of slots in a CNode. */
export function cnodeSlotCount(cnode: Capability): number {
  return typeIsCNode(cnode.type) ? Math.floor(cnode.bytes / OBJSIZE_CTE) : 0;
}

export function cnodeSlotAt(cnode: Capability, index: number): number {
  return cnode.base + index * OBJSIZE_CTE;
}

/** The rights as `rwxgi`, with a dash for each right that is missing. */
export function rightsText(rights: number): string {
  const letters: [CapRights, string][] = [
    [CapRights.READ, "r"],
    [CapRights.WRITE, "w"],
    [CapRights.EXECUTE, "x"],
    [CapRights.GRANT, "g"],
    [CapRights.IDENTIFY, "i"],
  ];
  return letters.map(([right, letter]) => (rights & right ? letter : "-")).join("");
}

/**
 * Compares two objects by the order of the mapping database, written independently from its definition: root of the
 * type, address, size descending, type, then any other value that distinguishes two objects. 0 means copies of one
 * object.
 */
export function compareObjects(a: Capability, b: Capability): number {
  return (
    typeRoot(a.type) - typeRoot(b.type) ||
    a.base - b.base ||
    b.bytes - a.bytes ||
    a.type - b.type ||
    (a.mapping?.pte ?? 0) - (b.mapping?.pte ?? 0) ||
    (a.endpoint?.offset ?? 0) - (b.endpoint?.offset ?? 0) ||
    (a.endpoint?.words ?? 0) - (b.endpoint?.words ?? 0) ||
    (a.numbers?.[0] ?? 0) - (b.numbers?.[0] ?? 0) ||
    (a.numbers?.[1] ?? 0) - (b.numbers?.[1] ?? 0)
  );
}
