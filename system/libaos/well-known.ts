/** The CNodes and capabilities that the CPU driver puts at fixed places in init's CSpace. */
import { CNodeType, CPTR_ROOTCN, PAGECN_SLOT_VROOT, RootSlot, TaskSlot } from "../kpi/cspace";
import { L2_CNODE_BITS } from "../kpi/types";
import { capref, cnoderef } from "./capref";

const OWN: u64 = (<u64>CPTR_ROOTCN) << 32;
const OWN_L2: u64 = ((<u64>CNodeType.OTHER) << 63) | OWN;

export const cnodeRoot: cnoderef = OWN;
export const cnodeTask: cnoderef = OWN_L2 | (RootSlot.TASKCN << L2_CNODE_BITS);
export const cnodePage: cnoderef = OWN_L2 | (RootSlot.PAGECN << L2_CNODE_BITS);
export const cnodeBase: cnoderef = OWN_L2 | (RootSlot.BASE_PAGE_CN << L2_CNODE_BITS);
export const cnodeSuper: cnoderef = OWN_L2 | (RootSlot.SUPERCN << L2_CNODE_BITS);
export const cnodePhysAddr: cnoderef = OWN_L2 | (RootSlot.PACN << L2_CNODE_BITS);
export const cnodeModule: cnoderef = OWN_L2 | (RootSlot.MODULECN << L2_CNODE_BITS);
/** The first CNode with slots for the memory manager. */
export const cnodeSlotAlloc0: cnoderef = OWN_L2 | (RootSlot.SLOT_ALLOC0 << L2_CNODE_BITS);
/** The head and the reserve CNode of the default slot allocator. */
export const cnodeSlotAlloc1: cnoderef = OWN_L2 | (RootSlot.SLOT_ALLOC1 << L2_CNODE_BITS);
export const cnodeSlotAlloc2: cnoderef = OWN_L2 | (RootSlot.SLOT_ALLOC2 << L2_CNODE_BITS);

export const capRoot: capref = cnodeTask | TaskSlot.ROOTCN;
export const capDispatcher: capref = cnodeTask | TaskSlot.DISPATCHER;
export const capDispFrame: capref = cnodeTask | TaskSlot.DISPFRAME;
export const capIrq: capref = cnodeTask | TaskSlot.IRQ;
export const capIo: capref = cnodeTask | TaskSlot.IO;
export const capBootinfo: capref = cnodeTask | TaskSlot.BOOTINFO;
export const capKernel: capref = cnodeTask | TaskSlot.KERNELCAP;
export const capPerfMon: capref = cnodeTask | TaskSlot.PERF_MON;
export const capIpi: capref = cnodeTask | TaskSlot.IPI;
export const capSessionId: capref = cnodeTask | TaskSlot.SESSIONID;
export const capSelfEp: capref = cnodeTask | TaskSlot.SELFEP;
export const capInitEp: capref = cnodeTask | TaskSlot.INITEP;
export const capMonitorEp: capref = cnodeTask | TaskSlot.INITEP;
/** The L1 page table of the program, in slot 0 of the page CNode. It is the same as `pdir` of the own address space. */
export const capVroot: capref = cnodePage | PAGECN_SLOT_VROOT;
export const capArgCN: capref = OWN | (RootSlot.ARGCN << L2_CNODE_BITS);
