/**
 * Hostile calls, fourth part: calls that crashed the original. Each returns an error, and the next scenario shows that
 * the system still works.
 */
import { CapLevel } from "../../kpi/cspace";
import {
  SYS_ERR_DISP_CSPACE_INVALID,
  SYS_ERR_DISP_NOT_RUNNABLE,
  SYS_ERR_FRAME_OFFSET_INVALID,
  SYS_ERR_ILLEGAL_DEST_TYPE,
  SYS_ERR_ILLEGAL_INVOCATION,
  SYS_ERR_ILLEGAL_SYSCALL,
  SYS_ERR_INVALID_SIZE,
  SYS_ERR_INVALID_SOURCE_TYPE,
  SYS_ERR_INVALID_USER_BUFFER,
  SYS_ERR_INVARGS_SYSCALL,
  SYS_ERR_RETYPE_INVALID_COUNT,
  SYS_ERR_VM_FRAME_UNALIGNED,
  SYS_ERR_VNODE_SLOT_INVALID,
  SYS_ERR_WRONG_MAPPING,
} from "../../kpi/errno";
import { errval_t } from "../../kpi/errval";
import { syscall } from "../../kpi/kernel";
import { ObjType } from "../../kpi/object-types";
import { CallWords, callWord, DispatcherCmd, MappingCmd, SysCall, VNodeCmd } from "../../kpi/system-calls";
import { BASE_PAGE_SIZE, BYTES_PER_SECTION, KERNEL_WINDOW, VRegionFlags } from "../../kpi/types";
import { capAddr } from "../../libaos/capref";
import { invokeFrameIdentify } from "../../libaos/invocations";
import { invoke, sysPrint } from "../../libaos/system-calls";
import { mappingModifyFlags, vnodeIdentify } from "../../libaos/vnode";
import { capDispFrame, capKernel, capRoot } from "../../libaos/well-known";
import {
  closeWindow,
  copy,
  fromRam,
  isEmpty,
  make,
  makeTableAndFrame,
  map,
  openWindow,
  retype,
  slot,
  unmap,
  WINDOW,
} from "./arena";
import { equal, fails, note, ok } from "./check";
import { add, ScenarioFlag } from "./list";
import { isNotWritable } from "./mapped-memory";

const RW: u32 = VRegionFlags.READ_WRITE;

function h28(): void {
  make(2, 0, ObjType.RAM, 0x10000);
  for (let type: u32 = ObjType.PhysAddr; type <= <u32>ObjType.L2CNode; type++) {
    if (type != ObjType.PhysAddr)
      fails(fromRam(20, 0x10000, type, 0, 1), SYS_ERR_INVALID_SIZE, "an object of size 0, type", type);
  }
  fails(fromRam(20, 0x10000, ObjType.Frame, 0, 1), SYS_ERR_INVALID_SIZE, "a frame of size 0");
  fails(fromRam(20, 0x10000, ObjType.Frame, BASE_PAGE_SIZE, 0), SYS_ERR_RETYPE_INVALID_COUNT, "zero frames");
  isEmpty(20, "destination");
  note("refused; no division by zero");
}

function h29(): void {
  make(10, 0, ObjType.Dispatcher, 1024);
  fails(retype(10, 20, 0, ObjType.EndPoint, 64, 1), SYS_ERR_INVALID_SIZE, "an endpoint of 64 bytes");
  fails(retype(10, 20, 0, ObjType.EndPoint, 0, 2), SYS_ERR_RETYPE_INVALID_COUNT, "two endpoints at once");
  for (let type: u32 = ObjType.Num; type < 256; type++) {
    fails(fromRam(20, 0x10000, type, BASE_PAGE_SIZE, 1), SYS_ERR_ILLEGAL_DEST_TYPE, "a type that does not exist", type);
  }
  isEmpty(20, "destination");
  note("refused, also 207 types that do not exist");
}

function h30(): void {
  makeTableAndFrame(10, 11, 4);
  make(1, 0x8000, ObjType.VNode_ARM_l1, 16384);
  make(2, 0x4000, ObjType.VNode_ARM_l1, 16384);
  make(3, BYTES_PER_SECTION + BASE_PAGE_SIZE, ObjType.Frame, BYTES_PER_SECTION);
  make(4, 0x20000, ObjType.RAM, BASE_PAGE_SIZE);
  fails(map(10, 11, 256, RW, 0, 1, 13), SYS_ERR_VNODE_SLOT_INVALID, "entry 256 of an L2 table");
  fails(map(10, 11, 0xffffffff, RW, 0, 1, 13), SYS_ERR_VNODE_SLOT_INVALID, "entry 2^32 - 1 of an L2 table");
  fails(map(10, 4, 0, RW, 0, 1, 13), SYS_ERR_WRONG_MAPPING, "RAM in an L2 table");
  fails(map(10, 1, 0, RW, 0, 1, 13), SYS_ERR_WRONG_MAPPING, "an L1 table in an L2 table");
  fails(map(1, 3, 4096, RW, 0, 1, 13), SYS_ERR_VNODE_SLOT_INVALID, "entry 4096 of an L1 table");
  fails(map(1, 2, 0, RW, 0, 1, 13), SYS_ERR_WRONG_MAPPING, "an L1 table in an L1 table");
  fails(map(1, 4, 0, RW, 0, 1, 13), SYS_ERR_WRONG_MAPPING, "RAM in an L1 table");
  fails(map(1, 3, 0, RW, 4096, 1, 13), SYS_ERR_FRAME_OFFSET_INVALID, "a section at an offset of 4 KiB");
  fails(
    map(1, 3, 0, RW, BYTES_PER_SECTION, 1, 13),
    SYS_ERR_FRAME_OFFSET_INVALID,
    "a section past the end of the frame",
  );
  fails(map(1, 3, 0, RW, 0, 1, 13), SYS_ERR_VM_FRAME_UNALIGNED, "a section of a frame at 4 KiB");
  fails(map(10, 11, 0, RW, 100, 1, 13), SYS_ERR_FRAME_OFFSET_INVALID, "a page at an offset of 100");
  fails(map(10, 11, 0, RW, 0, 5, 13), SYS_ERR_FRAME_OFFSET_INVALID, "five pages of a frame of four");
  fails(map(10, 11, 0, 0x10, 0, 1, 13), SYS_ERR_INVARGS_SYSCALL, "flag 0x10");
  fails(map(10, 11, 0, 0xffffffff, 0, 1, 13), SYS_ERR_INVARGS_SYSCALL, "all flags");
  isEmpty(13, "slot for the mapping");
  note("14 requests, each with its own error");
}

/** Invokes map or unmap, with the number of words that page tables expect, on an object of another type. */
function onWrongType(index: u32): void {
  const words: u32 = CallWords.Unmap;
  fails(
    invoke(slot(index), words, VNodeCmd.Unmap, capAddr(slot(13)), CapLevel.L2),
    SYS_ERR_ILLEGAL_INVOCATION,
    "unmap, slot",
    index,
  );
  fails(invoke(slot(index), 2, 99), SYS_ERR_ILLEGAL_INVOCATION, "command 99, slot", index);
}

function h31(): void {
  makeTableAndFrame(10, 11, 1);
  make(12, 0x20000, ObjType.RAM, BASE_PAGE_SIZE);
  ok(map(10, 11, 0, RW, 0, 1, 13), "map");
  onWrongType(11);
  onWrongType(12);
  fails(invoke(slot(11), CallWords.Map, VNodeCmd.Map), SYS_ERR_INVARGS_SYSCALL, "map, invoked on a frame");
  fails(invoke(slot(13), CallWords.Map, 99), SYS_ERR_ILLEGAL_INVOCATION, "command 99 of a mapping");
  fails(invoke(capRoot, CallWords.Map, VNodeCmd.Map), SYS_ERR_INVARGS_SYSCALL, "map, invoked on the root CNode");
  fails(invoke(capRoot, 2, 99), SYS_ERR_ILLEGAL_INVOCATION, "command 99 of the root CNode");
  // The greatest possible number of words, and too few.
  for (let words: u32 = 2; words <= <u32>CallWords.MAX; words++) {
    if (words != CallWords.Map)
      fails(invoke(slot(10), words, VNodeCmd.Map), SYS_ERR_INVARGS_SYSCALL, "map with a wrong number of words", words);
  }
  fails(invoke(slot(10), 0, VNodeCmd.Map), SYS_ERR_INVARGS_SYSCALL, "an invocation of no words");
  fails(invoke(slot(10), 1, VNodeCmd.Map), SYS_ERR_INVARGS_SYSCALL, "an invocation of one word");
  fails(invoke(slot(10), 15, VNodeCmd.Map), SYS_ERR_INVARGS_SYSCALL, "an invocation of 15 words");
  ok(vnodeIdentify(slot(10)), "identify of a page table");
  note("refused: wrong types, commands and numbers of words");
}

function h32(): void {
  makeTableAndFrame(10, 11, 1);
  fails(unmap(10, 11), SYS_ERR_INVALID_SOURCE_TYPE, "unmap of a frame");
  fails(unmap(10, 10), SYS_ERR_INVALID_SOURCE_TYPE, "unmap of the table itself");
  fails(mappingModifyFlags(slot(11), 0, 1, RW), SYS_ERR_INVARGS_SYSCALL, "modify, invoked on a frame");
  note("refused");
}

function h33(): void {
  make(1, 0x8000, ObjType.VNode_ARM_l1, 16384);
  make(2, BYTES_PER_SECTION, ObjType.Frame, 2 * BYTES_PER_SECTION);
  makeTableAndFrame(10, 11, 1);
  ok(map(1, 2, 0, RW, 0, 2, 13), "map two sections");
  ok(mappingModifyFlags(slot(13), 1, 1, VRegionFlags.READ), "make the second section read-only");
  ok(invoke(slot(13), CallWords.Destroy, MappingCmd.Destroy), "destroy the mapping");
  isEmpty(13, "the mapping after destroy");
  ok(map(1, 2, 0, RW, 0, 2, 13), "map them again");
  ok(map(1, 10, 5, 0, 0, 1, 14), "install a table");
  fails(mappingModifyFlags(slot(14), 0, 1, RW), SYS_ERR_WRONG_MAPPING, "modify the entry of a table");
  note("both work; modify refuses entries for tables");
}

/** The words of dispatcher set-up. */
function setup(cspace: u32, vspace: u32, frame: u32, run: u32, other: u32): errval_t {
  return invoke(
    slot(10),
    CallWords.DispatcherSetup,
    DispatcherCmd.Setup,
    cspace,
    CapLevel.L2,
    vspace,
    frame,
    run,
    other,
  );
}

function h34(): void {
  make(10, 0, ObjType.Dispatcher, 1024);
  make(11, 0x10000, ObjType.Frame, BASE_PAGE_SIZE);
  fails(setup(0, 0, 0, 1, 0), SYS_ERR_DISP_NOT_RUNNABLE, "run without CSpace, VSpace and frame");
  fails(setup(capAddr(slot(11)), 0, 0, 0, 0), SYS_ERR_DISP_CSPACE_INVALID, "a frame as CSpace");
  ok(setup(0, 0, 0, 0, 0), "set-up with nothing");
  fails(invoke(slot(10), CallWords.PerfMon, 99), SYS_ERR_ILLEGAL_INVOCATION, "command 99 of a dispatcher");
  note("refused, except a set-up that changes nothing");
}

/** Commands that only several cores would need: lock, owner, relations. With one core they do not exist. */
function h35(): void {
  let refused: u32 = 0;
  for (let command: u32 = 2; command <= 32; command++) {
    if (command == 7) continue;
    refused += u32(
      fails(
        invoke(capKernel, 6, command, capAddr(capRoot), CapLevel.L2),
        SYS_ERR_ILLEGAL_INVOCATION,
        "command",
        command,
      ),
    );
  }
  note("%u commands of the kernel capability refused", refused);
}

/** Addresses that the CPU driver must not trust. */
function h36(): void {
  fails(sysPrint(0, 1), SYS_ERR_INVALID_USER_BUFFER, "print from the null page");
  fails(sysPrint(KERNEL_WINDOW, 1), SYS_ERR_INVALID_USER_BUFFER, "print the CPU driver's memory");
  fails(sysPrint(0xffffffff, 1), SYS_ERR_INVALID_USER_BUFFER, "print the last byte");
  fails(sysPrint(0xfffffff0, 0x100), SYS_ERR_INVALID_USER_BUFFER, "print across the end of the address space");
  fails(
    invokeFrameIdentify(capDispFrame, KERNEL_WINDOW + 0x10000),
    SYS_ERR_INVALID_USER_BUFFER,
    "identify into the CPU driver's memory",
  );
  fails(
    invokeFrameIdentify(capDispFrame, KERNEL_WINDOW - 8),
    SYS_ERR_INVALID_USER_BUFFER,
    "identify across the beginning of the CPU driver's memory",
  );
  makeTableAndFrame(10, 11, 2);
  ok(copy(11, 12), "copy of the frame");
  ok(map(10, 11, 0, RW, 0, 1, 13), "map a page");
  ok(map(10, 12, 1, VRegionFlags.READ, 4096, 1, 14), "map a read-only page after it");
  if (openWindow(10)) {
    isNotWritable(WINDOW + BASE_PAGE_SIZE, "the read-only page");
    isNotWritable(WINDOW + BASE_PAGE_SIZE - 8, "an answer half on the read-only page");
    equal(load<u64>(WINDOW + BASE_PAGE_SIZE - 8), 0, "the half of the answer before the read-only page");
    closeWindow();
  }
  note("refused; the CPU driver checks every pointer");
}

/** System calls that do not exist, and system calls with a wrong number of words. */
function h37(): void {
  for (let number: u32 = 0; number < 16; number++) {
    const known =
      number <= <u32>SysCall.YIELD ||
      number == SysCall.DEBUG ||
      (number >= <u32>SysCall.NOP && number <= <u32>SysCall.GETCHAR);
    if (!known)
      fails(
        syscall(callWord(number, 3), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        SYS_ERR_ILLEGAL_SYSCALL,
        "system call",
        number,
      );
  }
  fails(
    syscall(callWord(SysCall.DEBUG, 2), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    SYS_ERR_INVARGS_SYSCALL,
    "debug with two words",
  );
  fails(
    syscall(callWord(SysCall.DEBUG, 3), 999, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    SYS_ERR_ILLEGAL_SYSCALL,
    "debug question 999",
  );
  fails(
    syscall(callWord(SysCall.PRINT, 2), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    SYS_ERR_INVARGS_SYSCALL,
    "print with two words",
  );
  ok(syscall(callWord(SysCall.NOP, 1), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), "the system call that does nothing");
  note("refused");
}

export function registerHostileCalls(): void {
  const flags: u32 = ScenarioFlag.REPEATABLE | ScenarioFlag.IN_ARENA;
  add("H28", "objects of size 0, and zero objects", h28, flags);
  add("H29", "endpoints with a size, types that do not exist", h29, flags);
  add("H30", "map with each argument wrong in turn", h30, flags);
  add("H31", "map and unmap invoked on things that are not page tables", h31, flags);
  add("H32", "unmap of things that are not mappings", h32, flags);
  add("H33", "destroy of a mapping, modify of sections", h33, flags);
  add("H34", "set-up of a dispatcher without what it needs", h34, flags);
  add("H35", "commands for systems with several cores", h35, ScenarioFlag.REPEATABLE);
  add("H36", "pointers to memory that is not the program's", h36, flags);
  add("H37", "system calls that do not exist", h37, ScenarioFlag.REPEATABLE);
}
