/**
 * Lets a test make system calls with named arguments. A test names a capability, or a destination slot, by its
 * capability address. `judge` turns the words of a call into the result that the test wants.
 */

import * as words from "../../machines/calls/call-words";
import type { CapLevel } from "../../system/kpi/cspace";
import type { ObjType } from "../../system/kpi/object-types";
import {
  callWord,
  DispatcherCmd,
  IrqTableCmd,
  invokeWord,
  type KernelCmd,
  SysCall,
} from "../../system/kpi/system-calls";
import { VRegionFlags } from "../../system/kpi/types";

export type Slot = number | words.SlotAddress;
export type Place = number | words.Destination;

const slotAddress = (slot: Slot) => (typeof slot === "number" ? { address: slot } : slot);
const destination = (place: Place) =>
  typeof place === "number" ? { cnode: place & ~0xff, slot: place & 0xff } : place;

export interface RetypeRequest {
  from: Slot;
  to: Place;
  type: ObjType | number;
  offset?: number;
  /** Size of one object. */
  bytes?: number;
  count?: number;
}

export interface MapRequest {
  table: Slot;
  source: Slot;
  entry: number;
  /** Slot for the mapping capability. */
  mapping: Place;
  flags?: number;
  offset?: number;
  count?: number;
}

export interface SetupRequest {
  dispatcher: Slot;
  cspace?: number;
  cspaceLevel?: CapLevel;
  vspace?: number;
  frame?: number;
  run?: boolean;
  /** The dispatcher whose domain this one joins. */
  other?: number;
}

export class Calls<T> {
  constructor(private readonly judge: (words: number[]) => T) {}

  /** Passes any words. */
  raw(...all: number[]): T {
    return this.judge(all);
  }

  retype({ from, to, type, offset = 0, bytes = 0, count = 1 }: RetypeRequest): T {
    const where = { source: slotAddress(from), to: destination(to) };
    return this.judge(words.retypeWords({ ...where, offset, type, objectSize: bytes, count }));
  }

  copy(from: Slot, to: Place): T {
    return this.judge(words.copyWords(slotAddress(from), destination(to)));
  }

  mint(from: Slot, to: Place, param1: number, param2: number): T {
    return this.judge(words.mintWords(slotAddress(from), destination(to), [param1, param2]));
  }

  delete(slot: Slot): T {
    return this.judge(words.deleteWords(slotAddress(slot)));
  }

  deleteExact(slot: Slot, base: number, bytes: number): T {
    return this.judge(words.deleteExactWords(slotAddress(slot), base, bytes));
  }

  revoke(slot: Slot): T {
    return this.judge(words.revokeWords(slotAddress(slot)));
  }

  getState(slot: Slot): T {
    return this.judge(words.getStateWords(slotAddress(slot)));
  }

  create(type: ObjType | number, to: Place): T {
    return this.judge(words.createWords(type, 0, destination(to)));
  }

  resize(newRoot: number, oldRoot: number, invoked?: number): T {
    return this.judge(words.resizeWords(newRoot, { cnode: oldRoot & ~0xff, slot: oldRoot & 0xff }, invoked));
  }

  map({ table, source, entry, mapping, flags = VRegionFlags.READ_WRITE, offset = 0, count = 1 }: MapRequest): T {
    const what = { table: slotAddress(table), source: slotAddress(source), mapping: destination(mapping) };
    return this.judge(words.mapWords({ ...what, entry, flags, offset, count }));
  }

  unmap(table: Slot, mapping: Slot): T {
    return this.judge(words.unmapWords(slotAddress(table), slotAddress(mapping)));
  }

  modify(mapping: Slot, { offset = 0, pages = 1, flags }: { offset?: number; pages?: number; flags: number }): T {
    return this.judge(words.modifyWords({ mapping: slotAddress(mapping), offset, pages, flags }));
  }

  destroyMapping(mapping: Slot): T {
    return this.judge(words.destroyMappingWords(slotAddress(mapping)));
  }

  /** Invokes a capability for memory. The CPU driver writes base and size to a user address. */
  identify(slot: Slot, to: number): T {
    return this.judge(words.identifyWords(slotAddress(slot), to));
  }

  identifyVNode(slot: Slot, to: number): T {
    return this.judge(words.identifyVNodeWords(slotAddress(slot), to));
  }

  identifyCap(kernel: Slot, slot: Slot, to: number): T {
    return this.judge(words.identifyCapWords(slotAddress(kernel), slotAddress(slot), to));
  }

  identifyId(slot: Slot): T {
    return this.judge(words.identifyIdWords(slotAddress(slot)));
  }

  kernelCommand(kernel: Slot, command: KernelCmd): T {
    return this.invoke(kernel, command);
  }

  setup({ dispatcher, cspace = 0, cspaceLevel = 2, vspace = 0, frame = 0, run = false, other = 0 }: SetupRequest): T {
    const args = [cspace, cspaceLevel, vspace, frame, Number(run), other];
    return this.invoke(dispatcher, DispatcherCmd.Setup, ...args);
  }

  /** Task type, deadline, worst-case execution time, period, release, weight. */
  properties(dispatcher: Slot, ...properties: number[]): T {
    return this.invoke(dispatcher, DispatcherCmd.Properties, ...properties);
  }

  irqSet(table: Slot, line: number, endPoint: number): T {
    return this.invoke(table, IrqTableCmd.Set, line, endPoint);
  }

  irqDelete(table: Slot, line: number): T {
    return this.invoke(table, IrqTableCmd.Delete, line);
  }

  /** Passes any command to any capability. */
  invoke(slot: Slot, command: number, ...args: number[]): T {
    const { address, level = 2 } = slotAddress(slot);
    return this.judge([invokeWord(2 + args.length, command, level), address, ...args]);
  }

  yield(target = 0): T {
    return this.judge(words.yieldWords(target));
  }

  print(text: number, bytes: number): T {
    return this.judge(words.printWords(text, bytes));
  }

  getchar(): T {
    return this.judge([callWord(SysCall.GETCHAR, 1)]);
  }

  debug(code: number, argument = 0): T {
    return this.judge(words.debugWords(code, argument));
  }

  /** Makes a system call with any number. */
  number(number: number, count = 2): T {
    return this.judge([callWord(number, count)]);
  }
}
