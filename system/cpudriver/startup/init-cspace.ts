/**
 * Makes init's first CSpace: the root, its well-known CNodes, and the capabilities that only the CPU driver can make.
 * None of these has an ancestor. (Specification of capabilities, sections 2.5, 2.6, 6.3, 6.4.)
 */
import { BASE_PAGE_COUNT, RootSlot, TaskSlot } from "../../kpi/cspace";
import { ObjType } from "../../kpi/object-types";
import {
  ARGS_FRAME_SIZE,
  BASE_PAGE_SIZE,
  BOOTINFO_SIZE,
  DISPATCHER_FRAME_SIZE,
  OBJSIZE_CTE,
  OBJSIZE_DISPATCHER,
  OBJSIZE_KCB,
  OBJSIZE_L2CNODE,
} from "../../kpi/types";
import { cnodeSlot } from "../cap/cnode";
import { commitCopy } from "../cap/copy";
import { createCaps } from "../cap/create";
import { Cte, cteAt } from "../cap/cte";
import { dropCopy } from "../cap/delete";
import { Dcb, dcbOf } from "../dispatch/dcb";
import { bootAlloc } from "./boot-memory";

/** Physical addresses of the objects that the CPU driver shares with init. */
export class InitObjects {
  static bootinfo: u32 = 0;
  static dispFrame: u32 = 0;
  static argsFrame: u32 = 0;
}

/** The slot of the root's capability during start-up. `placeRoot` replaces it by copies in their final places. */
const rootSlot: usize = memory.data(OBJSIZE_CTE, 8);

/** The capability in slot `slot` of init's root CNode. */
export function rootCNodeSlot(slot: u32): Cte {
  return cnodeSlot(cteAt(rootSlot, 0), slot);
}

/** Slot `index` of the CNode in slot `root` of init's root CNode. */
export function initSlot(root: u32, index: u32): Cte {
  return cnodeSlot(rootCNodeSlot(root), index);
}

function makeCNode(slot: u32): void {
  createCaps(ObjType.L2CNode, bootAlloc(OBJSIZE_L2CNODE), OBJSIZE_L2CNODE, 1, rootCNodeSlot(slot));
}

function makeTaskCap(slot: u32, type: i32, base: u64, bytes: u64): Cte {
  const cte = initSlot(RootSlot.TASKCN, slot);
  createCaps(type, base, bytes, 1, cte);
  return cte;
}

/** Makes the root and the CNodes in it. */
export function makeInitCNodes(): void {
  InitObjects.bootinfo = bootAlloc(BOOTINFO_SIZE);
  createCaps(ObjType.L1CNode, bootAlloc(OBJSIZE_L2CNODE), OBJSIZE_L2CNODE, 1, cteAt(rootSlot, 0));
  makeCNode(RootSlot.TASKCN);
  makeCNode(RootSlot.PAGECN);
  makeCNode(RootSlot.BASE_PAGE_CN);
  makeCNode(RootSlot.SUPERCN);
  makeCNode(RootSlot.SLOT_ALLOC0);
  makeCNode(RootSlot.SLOT_ALLOC1);
  makeCNode(RootSlot.SLOT_ALLOC2);
  makeCNode(RootSlot.SEGCN);
  makeCNode(RootSlot.PACN);
  makeCNode(RootSlot.MODULECN);
  createCaps(ObjType.KernelControlBlock, bootAlloc(OBJSIZE_KCB), OBJSIZE_KCB, 1, rootCNodeSlot(RootSlot.BSPKCB));
}

/** Makes init's dispatcher and the frames it shares with the CPU driver; returns the dispatcher's control block. */
export function makeInitDispatcher(): Dcb {
  const dispatcher = makeTaskCap(
    TaskSlot.DISPATCHER,
    ObjType.Dispatcher,
    bootAlloc(OBJSIZE_DISPATCHER),
    OBJSIZE_DISPATCHER,
  );
  InitObjects.dispFrame = bootAlloc(DISPATCHER_FRAME_SIZE, DISPATCHER_FRAME_SIZE);
  const frame = makeTaskCap(TaskSlot.DISPFRAME, ObjType.Frame, InitObjects.dispFrame, DISPATCHER_FRAME_SIZE);
  InitObjects.argsFrame = bootAlloc(ARGS_FRAME_SIZE, ARGS_FRAME_SIZE);
  makeTaskCap(TaskSlot.ARGSPAGE, ObjType.Frame, InitObjects.argsFrame, ARGS_FRAME_SIZE);
  makeTaskCap(TaskSlot.BOOTINFO, ObjType.DevFrame, InitObjects.bootinfo, BOOTINFO_SIZE);

  const dcb = dcbOf(dispatcher);
  commitCopy(cteAt(rootSlot, 0), dcb.cspace);
  commitCopy(frame, dcb.dispFrame);
  return dcb;
}

/** Makes the capabilities that do not stand for memory. */
export function makeInitDevices(): void {
  makeTaskCap(TaskSlot.IRQ, ObjType.IRQTable, 0, 0);
  makeTaskCap(TaskSlot.KERNELCAP, ObjType.Kernel, 0, 0);
  makeTaskCap(TaskSlot.PERF_MON, ObjType.PerfMon, 0, 0);
  makeTaskCap(TaskSlot.IPI, ObjType.IPI, 0, 0);
}

/** Makes one-page RAM capabilities, which init uses until its memory manager runs. */
export function makeBasePages(): void {
  const pages = bootAlloc(BASE_PAGE_COUNT * BASE_PAGE_SIZE);
  createCaps(ObjType.RAM, pages, BASE_PAGE_SIZE, BASE_PAGE_COUNT, initSlot(RootSlot.BASE_PAGE_CN, 0));
}

/** Puts the root's capability into the task CNode, and deletes the one of start-up. The control block has a copy. */
export function placeRoot(dcb: Dcb): void {
  commitCopy(dcb.cspace, initSlot(RootSlot.TASKCN, TaskSlot.ROOTCN));
  dropCopy(cteAt(rootSlot, 0), dcb.cspace);
}
