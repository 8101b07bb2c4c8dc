/**
 * Packs named arguments into the register words of every system call. This is the host's side of
 * `system/kpi/system-calls.ts`.
 *
 * Nothing is checked here. To see how the CPU driver answers invalid calls, pass invalid arguments or change a word of
 * the result.
 */
import { CapLevel, CPTR_ROOTCN } from "../../system/kpi/cspace";
import {
  CallWords,
  CNodeCmd,
  callWord,
  DispatcherCmd,
  FrameCmd,
  IdCmd,
  invokeWord,
  KernelCmd,
  MappingCmd,
  mapLevelsWord,
  retypeWord,
  SysCall,
  VNodeCmd,
} from "../../system/kpi/system-calls";

/** The address of a slot, as a program gives it. */
export interface SlotAddress {
  address: number;
  /** How many parts of the address the look-up uses. If absent, the address is a full one. */
  level?: CapLevel;
  /** Address of the root CNode in which the address is looked up. If absent, the caller's own root. */
  root?: number;
}

/** A CNode that receives a capability, and the slot in it. */
export interface Destination {
  /** Address of the CNode. */
  cnode: number;
  /** If absent, level 1: the CNode is an L2CNode in a slot of the root. */
  level?: CapLevel;
  root?: number;
  slot: number;
}

const rootOf = ({ root = CPTR_ROOTCN }: { root?: number }) => root;
const levelOf = ({ level = CapLevel.L2 }: SlotAddress) => level;
const cnodeLevelOf = ({ level = CapLevel.L1 }: Destination) => level;

function invoke(words: CallWords, command: number, invoked: SlotAddress, ...args: number[]): number[] {
  return [invokeWord(words, command, levelOf(invoked)), invoked.address, ...args];
}

/** Invokes the caller's root CNode. */
function invokeRoot(words: CallWords, command: CNodeCmd, ...args: number[]): number[] {
  return invoke(words, command, { address: CPTR_ROOTCN }, ...args);
}

export interface RetypeArguments {
  source: SlotAddress;
  offset: number;
  type: number;
  objectSize: number;
  count: number;
  to: Destination;
}

export function retypeWords({ source, offset, type, objectSize, count, to }: RetypeArguments): number[] {
  const packed = retypeWord(levelOf(source), cnodeLevelOf(to), type);
  const where = [rootOf(to), to.cnode, to.slot];
  const what = [rootOf(source), source.address, offset, packed, objectSize, count];
  return invokeRoot(CallWords.Retype, CNodeCmd.Retype, ...what, ...where);
}

function copyArguments(source: SlotAddress, to: Destination): number[] {
  return [rootOf(to), to.cnode, to.slot, rootOf(source), source.address, cnodeLevelOf(to), levelOf(source)];
}

export function copyWords(source: SlotAddress, to: Destination): number[] {
  return invokeRoot(CallWords.Copy, CNodeCmd.Copy, ...copyArguments(source, to));
}

export function mintWords(source: SlotAddress, to: Destination, parameters: [number, number]): number[] {
  return invokeRoot(CallWords.Mint, CNodeCmd.Mint, ...copyArguments(source, to), ...parameters);
}

/** Invokes `slot.root` if it is given, else the caller's root CNode. */
function invokeOnSlot(words: CallWords, command: CNodeCmd, slot: SlotAddress, ...more: number[]): number[] {
  return invoke(words, command, { address: rootOf(slot) }, slot.address, levelOf(slot), ...more);
}

export function deleteWords(slot: SlotAddress): number[] {
  return invokeOnSlot(CallWords.Delete, CNodeCmd.Delete, slot);
}

/** Deletes the capability only if it is the only one of the memory at `base` with `bytes` bytes. */
export function deleteExactWords(slot: SlotAddress, base: number, bytes: number): number[] {
  return invokeOnSlot(CallWords.DeleteExact, CNodeCmd.DeleteExact, slot, base / 1024, bytes / 1024);
}

export function revokeWords(slot: SlotAddress): number[] {
  return invokeOnSlot(CallWords.Revoke, CNodeCmd.Revoke, slot);
}

export function getStateWords(slot: SlotAddress): number[] {
  return invokeOnSlot(CallWords.GetState, CNodeCmd.GetState, slot);
}

export function createWords(type: number, bytes: number, to: Destination): number[] {
  const where = [to.cnode, cnodeLevelOf(to), to.slot];
  return invoke(CallWords.Create, CNodeCmd.Create, { address: rootOf(to) }, type, bytes, ...where);
}

/** `invoked` is the root that the one at `newRoot` replaces. The capability of the old root goes to `to`. */
export function resizeWords(newRoot: number, to: { cnode: number; slot: number }, invoked = CPTR_ROOTCN): number[] {
  return invoke(CallWords.Resize, CNodeCmd.Resize, { address: invoked }, newRoot, to.cnode, to.slot);
}

export interface MapArguments {
  table: SlotAddress;
  source: SlotAddress;
  entry: number;
  flags: number;
  offset: number;
  count: number;
  /** Slot for the mapping capability. */
  mapping: Destination;
}

export function mapWords({ table, source, entry, flags, offset, count, mapping }: MapArguments): number[] {
  const what = [rootOf(source), source.address, entry, flags, offset, count];
  const own = Number(source.root === undefined && mapping.root === undefined);
  const levels = mapLevelsWord(levelOf(source), cnodeLevelOf(mapping), own);
  const where = [rootOf(mapping), mapping.cnode, mapping.slot, levels];
  return invoke(CallWords.Map, VNodeCmd.Map, table, ...what, ...where);
}

export function unmapWords(table: SlotAddress, mapping: SlotAddress): number[] {
  return invoke(CallWords.Unmap, VNodeCmd.Unmap, table, mapping.address, levelOf(mapping));
}

export interface ModifyArguments {
  mapping: SlotAddress;
  /** First entry of the mapping, and the number of entries. */
  offset: number;
  pages: number;
  flags: number;
}

export function modifyWords({ mapping, offset, pages, flags }: ModifyArguments): number[] {
  return invoke(CallWords.Modify, MappingCmd.Modify, mapping, offset, pages, flags, 0);
}

export function destroyMappingWords(mapping: SlotAddress): number[] {
  return invoke(CallWords.Destroy, MappingCmd.Destroy, mapping);
}

/** Invokes a capability for memory or a page table. The CPU driver writes the identity to the user address `to`. */
export function identifyWords(slot: SlotAddress, to: number): number[] {
  return invoke(CallWords.Identify, FrameCmd.Identify, slot, to);
}

/** Invokes a capability for a page table. The CPU driver writes the identity to the user address `to`. */
export function identifyVNodeWords(slot: SlotAddress, to: number): number[] {
  return invoke(CallWords.Identify, VNodeCmd.Identify, slot, to);
}

/** Invokes the Kernel capability, which identifies any capability. The identity goes to the user address `to`. */
export function identifyCapWords(kernel: SlotAddress, slot: SlotAddress, to: number): number[] {
  return invoke(CallWords.IdentifyCap, KernelCmd.Identify_cap, kernel, slot.address, levelOf(slot), to);
}

export function identifyIdWords(slot: SlotAddress): number[] {
  return invoke(2, IdCmd.Identify, slot);
}

export interface SetupArguments {
  dispatcher: SlotAddress;
  cspace: number;
  /** Capability addresses in the new CSpace. */
  vspace: number;
  frame: number;
  run: boolean;
  /** A dispatcher whose domain the new one joins. */
  other?: number;
}

/** An address of 0 leaves the dispatcher's present value unchanged. */
export function dispatcherSetupWords({ dispatcher, cspace, vspace, frame, run, other = 0 }: SetupArguments): number[] {
  const spaces = [cspace, CapLevel.L2, vspace, frame];
  return invoke(CallWords.DispatcherSetup, DispatcherCmd.Setup, dispatcher, ...spaces, Number(run), other);
}

export function debugWords(code: number, argument = 0): number[] {
  return [callWord(SysCall.DEBUG, CallWords.DEBUG), code, argument];
}

export function printWords(text: number, bytes: number): number[] {
  return [callWord(SysCall.PRINT, CallWords.PRINT), text, bytes];
}

export function yieldWords(target = 0): number[] {
  return [callWord(SysCall.YIELD, CallWords.YIELD), target];
}
