/**
 * The capability types: number, name, root, sizes, and the rules which type may be retyped to which.
 *
 * Each fact has one function here, which retype, the printer, the inspector and the tests call. The numbers have a
 * meaning: they break ties in the order of the mapping database (a type sorts after the types it is made from).
 *
 * Both the wasm compiler and the host compile this file, so it contains only pure functions on numbers.
 */
import { OBJSIZE_DISPATCHER, OBJSIZE_KCB, OBJSIZE_L2CNODE, OBJSIZE_VNODE_ARM_L1, OBJSIZE_VNODE_ARM_L2 } from "./types";

/**
 * The type of a capability: what the memory behind it is used for. `capRetype` makes capabilities of one type from
 * another. The types that have a description are those that a memory manager meets.
 */
export const enum ObjType {
  Null = 0,
  PhysAddr = 1,
  /** Memory without a use yet. It can be retyped, but not mapped. A memory manager hands out this type. */
  RAM = 2,
  /** The root of a CSpace. Its slots hold L2CNodes. */
  L1CNode = 3,
  /** 256 slots for capabilities of any type, in 16 KiB of memory. */
  L2CNode = 4,
  FCNode = 5,
  Dispatcher = 6,
  EndPoint = 7,
  /** Memory that can be mapped into an address space. It is cleared when it is made from RAM. */
  Frame = 8,
  /** The record of page-table entries that map a Frame. `vnodeMap` makes it. */
  Frame_Mapping = 9,
  DevFrame = 10,
  DevFrame_Mapping = 11,
  Kernel = 12,
  VNode_x86_64_pml4 = 13,
  VNode_x86_64_pml4_Mapping = 14,
  VNode_x86_64_pdpt = 15,
  VNode_x86_64_pdpt_Mapping = 16,
  VNode_x86_64_pdir = 17,
  VNode_x86_64_pdir_Mapping = 18,
  VNode_x86_64_ptable = 19,
  VNode_x86_64_ptable_Mapping = 20,
  VNode_x86_32_pdpt = 21,
  VNode_x86_32_pdpt_Mapping = 22,
  VNode_x86_32_pdir = 23,
  VNode_x86_32_pdir_Mapping = 24,
  VNode_x86_32_ptable = 25,
  VNode_x86_32_ptable_Mapping = 26,
  /** An L1 page table: 4096 entries for 1 MiB each, in 16 KiB of memory. */
  VNode_ARM_l1 = 27,
  VNode_ARM_l1_Mapping = 28,
  /** An L2 page table: 256 entries for a page each, in 1 KiB of memory. */
  VNode_ARM_l2 = 29,
  /** The record of the entry of an L1 table that refers to an L2 table. */
  VNode_ARM_l2_Mapping = 30,
  VNode_AARCH64_l0 = 31,
  VNode_AARCH64_l0_Mapping = 32,
  VNode_AARCH64_l1 = 33,
  VNode_AARCH64_l1_Mapping = 34,
  VNode_AARCH64_l2 = 35,
  VNode_AARCH64_l2_Mapping = 36,
  VNode_AARCH64_l3 = 37,
  VNode_AARCH64_l3_Mapping = 38,
  IRQTable = 39,
  IRQDest = 40,
  IRQSrc = 41,
  IO = 42,
  Notify_RCK = 43,
  Notify_IPI = 44,
  ID = 45,
  PerfMon = 46,
  KernelControlBlock = 47,
  IPI = 48,
  /** Number of types; not a type. */
  Num = 49,
}

/** Roots of the retype forest, numbered in the order of their types. */
export const enum MdbRoot {
  Null = 0,
  PhysAddr = 1,
  FCNode = 2,
  Kernel = 3,
  IRQTable = 4,
  IRQDest = 5,
  IRQSrc = 6,
  IO = 7,
  Notify_RCK = 8,
  Notify_IPI = 9,
  ID = 10,
  PerfMon = 11,
  IPI = 12,
}

/** The root of a type in the retype forest. All types that stand for memory have the root PhysAddr. */
export function typeRoot(type: i32): u32 {
  // biome-ignore format: one row a type
  switch (type) {
    case ObjType.Null: return MdbRoot.Null;
    case ObjType.FCNode: return MdbRoot.FCNode;
    case ObjType.Kernel: return MdbRoot.Kernel;
    case ObjType.IRQTable: return MdbRoot.IRQTable;
    case ObjType.IRQDest: return MdbRoot.IRQDest;
    case ObjType.IRQSrc: return MdbRoot.IRQSrc;
    case ObjType.IO: return MdbRoot.IO;
    case ObjType.Notify_RCK: return MdbRoot.Notify_RCK;
    case ObjType.Notify_IPI: return MdbRoot.Notify_IPI;
    case ObjType.ID: return MdbRoot.ID;
    case ObjType.PerfMon: return MdbRoot.PerfMon;
    case ObjType.IPI: return MdbRoot.IPI;
    default: return MdbRoot.PhysAddr;
  }
}

/** Is the type a page table, of any architecture? The next number is its mapping type. */
export function typeIsVNode(type: i32): bool {
  return type >= ObjType.VNode_x86_64_pml4 && type <= ObjType.VNode_AARCH64_l3 && (type & 1) == 1;
}

/** Is the type the root of an address space on this architecture? */
export function typeIsVRoot(type: i32): bool {
  return type == ObjType.VNode_ARM_l1;
}

/** Is the type a mapping, the record of the page-table entries that a map operation wrote? */
export function typeIsMapping(type: i32): bool {
  return (
    type == ObjType.Frame_Mapping ||
    type == ObjType.DevFrame_Mapping ||
    (type >= ObjType.VNode_x86_64_pml4_Mapping && type <= ObjType.VNode_AARCH64_l3_Mapping && (type & 1) == 0)
  );
}

/** Can a capability of this type be mapped into a page table? */
export function typeIsMappable(type: i32): bool {
  return type == ObjType.Frame || type == ObjType.DevFrame || typeIsVNode(type);
}

/** The type of the mapping that mapping a capability of `type` makes. The type must be mappable. */
export function mappingType(type: i32): i32 {
  return type + 1;
}

export function typeIsCNode(type: i32): bool {
  return type == ObjType.L1CNode || type == ObjType.L2CNode;
}

/** Do objects of this type hold slots? Deleting the last capability of such an object deletes the slots' contents. */
export function typeHoldsSlots(type: i32): bool {
  return typeIsCNode(type) || type == ObjType.Dispatcher;
}

/** Does the caller of retype choose the size of the objects? Other types have the size `typeFixedSize`. */
export function typeHasVariableSize(type: i32): bool {
  return (
    type == ObjType.PhysAddr ||
    type == ObjType.RAM ||
    type == ObjType.L1CNode ||
    type == ObjType.Frame ||
    type == ObjType.DevFrame
  );
}

/** Bytes of an object whose type has a fixed size; 0 for types with a variable size and types without memory. */
export function typeFixedSize(type: i32): u32 {
  // biome-ignore format: one row a type
  switch (type) {
    case ObjType.L2CNode: return OBJSIZE_L2CNODE;
    case ObjType.Dispatcher: return OBJSIZE_DISPATCHER;
    case ObjType.KernelControlBlock: return OBJSIZE_KCB;
    case ObjType.VNode_ARM_l1: return OBJSIZE_VNODE_ARM_L1;
    case ObjType.VNode_ARM_l2: return OBJSIZE_VNODE_ARM_L2;
    default: return typeIsVNode(type) ? 4096 : 0;
  }
}

/** Does an object of this type consist of RAM, which is lost if the last capability that covers it is deleted? */
export function typeIsRamBacked(type: i32): bool {
  return (
    type == ObjType.RAM ||
    type == ObjType.L1CNode ||
    type == ObjType.L2CNode ||
    type == ObjType.Dispatcher ||
    type == ObjType.Frame ||
    typeIsVNode(type)
  );
}

/** Is there only one object of this type? Then any two capabilities of the type are copies of each other. */
export function typeIsAlwaysCopy(type: i32): bool {
  return type == ObjType.Kernel || type == ObjType.IRQTable || type == ObjType.PerfMon || type == ObjType.IPI;
}

/** May a capability of type `from` be retyped to `to`? (Specification of capabilities, section 1.5.) */
export function typeCanRetype(from: i32, to: i32): bool {
  switch (from) {
    case ObjType.PhysAddr:
      return to == ObjType.PhysAddr || to == ObjType.RAM || to == ObjType.DevFrame;
    case ObjType.RAM:
      return (
        to == ObjType.RAM ||
        to == ObjType.L1CNode ||
        to == ObjType.L2CNode ||
        to == ObjType.Dispatcher ||
        to == ObjType.Frame ||
        to == ObjType.KernelControlBlock ||
        typeIsVNode(to)
      );
    case ObjType.Dispatcher:
      return to == ObjType.EndPoint;
    case ObjType.Frame:
    case ObjType.DevFrame:
      return to == from;
    default:
      return false;
  }
}

/** May a capability of this type be in an L1CNode? */
export function typeAllowedInL1CNode(type: i32): bool {
  return type == ObjType.L2CNode || type == ObjType.KernelControlBlock;
}

/** The type's name without the prefix `ObjType_`. */
export function typeName(type: i32): string {
  // biome-ignore format: one row a type
  switch (type) {
    case ObjType.Null: return "Null";
    case ObjType.PhysAddr: return "PhysAddr";
    case ObjType.RAM: return "RAM";
    case ObjType.L1CNode: return "L1CNode";
    case ObjType.L2CNode: return "L2CNode";
    case ObjType.FCNode: return "FCNode";
    case ObjType.Dispatcher: return "Dispatcher";
    case ObjType.EndPoint: return "EndPoint";
    case ObjType.Frame: return "Frame";
    case ObjType.Frame_Mapping: return "Frame_Mapping";
    case ObjType.DevFrame: return "DevFrame";
    case ObjType.DevFrame_Mapping: return "DevFrame_Mapping";
    case ObjType.Kernel: return "Kernel";
    case ObjType.VNode_x86_64_pml4: return "VNode_x86_64_pml4";
    case ObjType.VNode_x86_64_pml4_Mapping: return "VNode_x86_64_pml4_Mapping";
    case ObjType.VNode_x86_64_pdpt: return "VNode_x86_64_pdpt";
    case ObjType.VNode_x86_64_pdpt_Mapping: return "VNode_x86_64_pdpt_Mapping";
    case ObjType.VNode_x86_64_pdir: return "VNode_x86_64_pdir";
    case ObjType.VNode_x86_64_pdir_Mapping: return "VNode_x86_64_pdir_Mapping";
    case ObjType.VNode_x86_64_ptable: return "VNode_x86_64_ptable";
    case ObjType.VNode_x86_64_ptable_Mapping: return "VNode_x86_64_ptable_Mapping";
    case ObjType.VNode_x86_32_pdpt: return "VNode_x86_32_pdpt";
    case ObjType.VNode_x86_32_pdpt_Mapping: return "VNode_x86_32_pdpt_Mapping";
    case ObjType.VNode_x86_32_pdir: return "VNode_x86_32_pdir";
    case ObjType.VNode_x86_32_pdir_Mapping: return "VNode_x86_32_pdir_Mapping";
    case ObjType.VNode_x86_32_ptable: return "VNode_x86_32_ptable";
    case ObjType.VNode_x86_32_ptable_Mapping: return "VNode_x86_32_ptable_Mapping";
    case ObjType.VNode_ARM_l1: return "VNode_ARM_l1";
    case ObjType.VNode_ARM_l1_Mapping: return "VNode_ARM_l1_Mapping";
    case ObjType.VNode_ARM_l2: return "VNode_ARM_l2";
    case ObjType.VNode_ARM_l2_Mapping: return "VNode_ARM_l2_Mapping";
    case ObjType.VNode_AARCH64_l0: return "VNode_AARCH64_l0";
    case ObjType.VNode_AARCH64_l0_Mapping: return "VNode_AARCH64_l0_Mapping";
    case ObjType.VNode_AARCH64_l1: return "VNode_AARCH64_l1";
    case ObjType.VNode_AARCH64_l1_Mapping: return "VNode_AARCH64_l1_Mapping";
    case ObjType.VNode_AARCH64_l2: return "VNode_AARCH64_l2";
    case ObjType.VNode_AARCH64_l2_Mapping: return "VNode_AARCH64_l2_Mapping";
    case ObjType.VNode_AARCH64_l3: return "VNode_AARCH64_l3";
    case ObjType.VNode_AARCH64_l3_Mapping: return "VNode_AARCH64_l3_Mapping";
    case ObjType.IRQTable: return "IRQTable";
    case ObjType.IRQDest: return "IRQDest";
    case ObjType.IRQSrc: return "IRQSrc";
    case ObjType.IO: return "IO";
    case ObjType.Notify_RCK: return "Notify_RCK";
    case ObjType.Notify_IPI: return "Notify_IPI";
    case ObjType.ID: return "ID";
    case ObjType.PerfMon: return "PerfMon";
    case ObjType.KernelControlBlock: return "KernelControlBlock";
    case ObjType.IPI: return "IPI";
    default: return "unknown";
  }
}
