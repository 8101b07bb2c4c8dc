/**
 * The capability types, written a second time from the specification (sections 1.1, 1.5 and 1.6).
 *
 * This folder must not import from system/kpi/, because the model and the CPU driver must be independent.
 */

/** In the order of the type numbers. */
export const TYPE_NAMES = [
  "Null",
  "PhysAddr",
  "RAM",
  "L1CNode",
  "L2CNode",
  "FCNode",
  "Dispatcher",
  "EndPoint",
  "Frame",
  "Frame_Mapping",
  "DevFrame",
  "DevFrame_Mapping",
  "Kernel",
  "VNode_x86_64_pml4",
  "VNode_x86_64_pml4_Mapping",
  "VNode_x86_64_pdpt",
  "VNode_x86_64_pdpt_Mapping",
  "VNode_x86_64_pdir",
  "VNode_x86_64_pdir_Mapping",
  "VNode_x86_64_ptable",
  "VNode_x86_64_ptable_Mapping",
  "VNode_x86_32_pdpt",
  "VNode_x86_32_pdpt_Mapping",
  "VNode_x86_32_pdir",
  "VNode_x86_32_pdir_Mapping",
  "VNode_x86_32_ptable",
  "VNode_x86_32_ptable_Mapping",
  "VNode_ARM_l1",
  "VNode_ARM_l1_Mapping",
  "VNode_ARM_l2",
  "VNode_ARM_l2_Mapping",
  "VNode_AARCH64_l0",
  "VNode_AARCH64_l0_Mapping",
  "VNode_AARCH64_l1",
  "VNode_AARCH64_l1_Mapping",
  "VNode_AARCH64_l2",
  "VNode_AARCH64_l2_Mapping",
  "VNode_AARCH64_l3",
  "VNode_AARCH64_l3_Mapping",
  "IRQTable",
  "IRQDest",
  "IRQSrc",
  "IO",
  "Notify_RCK",
  "Notify_IPI",
  "ID",
  "PerfMon",
  "KernelControlBlock",
  "IPI",
] as const;

export type TypeName = (typeof TYPE_NAMES)[number];

export const PAGE = 4096;
export const SECTION = 0x100000;
export const CNODE_BYTES = 16384;
export const SLOT_BYTES = 64;

export function isTypeName(name: string | number): name is TypeName {
  return (TYPE_NAMES as readonly (string | number)[]).includes(name);
}

const NUMBERS = new Map(TYPE_NAMES.map((type, number) => [type, number]));

export function typeNumber(type: TypeName): number {
  return NUMBERS.get(type)!;
}

export function isMapping(type: TypeName): boolean {
  return type.endsWith("_Mapping");
}

export function isVNode(type: TypeName): boolean {
  return type.startsWith("VNode_") && !isMapping(type);
}

export function isFrame(type: TypeName): boolean {
  return type === "Frame" || type === "DevFrame";
}

export function isCNode(type: TypeName): boolean {
  return type === "L1CNode" || type === "L2CNode";
}

/** Do objects of this type contain slots? */
export function holdsSlots(type: TypeName): boolean {
  return isCNode(type) || type === "Dispatcher";
}

const ADDRESSED = new Set(
  TYPE_NAMES.filter(
    (type) =>
      ["PhysAddr", "RAM", "Dispatcher", "EndPoint", "Frame", "DevFrame", "KernelControlBlock"].includes(type) ||
      isCNode(type) ||
      isVNode(type) ||
      isMapping(type),
  ),
);

/**
 * Does the type stand for memory, or for a part of such an object? Other types have no ancestors and no descendants.
 */
export function hasAddress(type: TypeName): boolean {
  return ADDRESSED.has(type);
}

/** Is there only one object of this type? Then all its capabilities are copies of each other. */
export function isAlwaysCopy(type: TypeName): boolean {
  return ["Kernel", "IRQTable", "PerfMon", "IPI"].includes(type);
}

/** Does the deletion of the last copy return memory? */
export function isRamBacked(type: TypeName): boolean {
  return ["RAM", "Frame", "Dispatcher"].includes(type) || isCNode(type) || isVNode(type);
}

/** Are new objects of this type filled with zeroes? */
export function isCleared(type: TypeName): boolean {
  return ["Frame", "Dispatcher", "KernelControlBlock"].includes(type) || isCNode(type) || isVNode(type);
}

const MADE_FROM_RAM: readonly TypeName[] = ["RAM", "L1CNode", "L2CNode", "Dispatcher", "Frame", "KernelControlBlock"];

export function canRetype(from: TypeName, to: TypeName): boolean {
  switch (from) {
    case "PhysAddr":
      return to === "PhysAddr" || to === "RAM" || to === "DevFrame";
    case "RAM":
      return MADE_FROM_RAM.includes(to) || isVNode(to);
    case "Dispatcher":
      return to === "EndPoint";
    case "Frame":
    case "DevFrame":
      return to === from;
    default:
      return false;
  }
}

/** Size in bytes if the type fixes it; undefined if the caller chooses it. */
export function fixedBytes(type: TypeName): number | undefined {
  switch (type) {
    case "L2CNode":
    case "VNode_ARM_l1":
      return 16384;
    case "VNode_ARM_l2":
    case "Dispatcher":
      return 1024;
    case "KernelControlBlock":
      return 65536;
    case "EndPoint":
      return 0;
    default:
      return isVNode(type) ? PAGE : undefined;
  }
}

/** The offset of a retype must be a multiple of this number: a page, or the object size if it is smaller. */
export function offsetUnit(type: TypeName): number {
  const bytes = fixedBytes(type);
  return bytes !== undefined && bytes > 0 && bytes < PAGE ? bytes : PAGE;
}

/**
 * Is `objsize` a multiple of the type's unit? This is one of the first checks. 0 passes, except for L2CNode. Types
 * without a unit accept any size.
 */
export function isWholeSize(type: TypeName, objsize: number): boolean {
  switch (type) {
    case "Frame":
    case "DevFrame":
      return objsize % PAGE === 0;
    case "L1CNode":
      return objsize % CNODE_BYTES === 0;
    case "L2CNode":
      return objsize === CNODE_BYTES;
    default:
      return !isVNode(type) || objsize % (fixedBytes(type) ?? PAGE) === 0;
  }
}

/** Can an object of this size be made? This is one of the last checks. If the type fixes the size, 0 stands for it. */
export function isSizeOf(type: TypeName, objsize: number): boolean {
  const fixed = fixedBytes(type);
  if (fixed !== undefined) return objsize === 0 || objsize === fixed;
  return objsize > 0 && objsize % PAGE === 0 && isWholeSize(type, objsize);
}
