/**
 * Sets up the CSpace of a trace on a machine that has just booted.
 *
 *     root slot 20 + c        CNode c of the trace: slots 256 * c ...
 *     root slot 19            empty: a CNode that does not exist, for slot numbers past the last
 *
 * The initial capabilities must look as if they had no history. Their memory comes directly from the memory map, which
 * gets an entry for each region, so that no other capability covers it. CNodes and first-level tables are made from RAM
 * near the CPU driver, and then the capability of that RAM is deleted. So a table has a different address here, which
 * `addresses` translates.
 */

import type { MapRegion } from "../../../machines/boot-loader";
import type { Answer } from "../../../machines/calls/answer";
import { type CallMachine, RunEnded } from "../../../machines/calls/call-machine";
import type { SlotAddress } from "../../../machines/calls/call-words";
import { SystemCalls } from "../../../machines/calls/system-calls";
import { RootSlot, rootSlotAddress, TaskSlot } from "../../../system/kpi/cspace";
import { MultibootMapType } from "../../../system/kpi/multiboot";
import { ObjType, typeName } from "../../../system/kpi/object-types";
import { L2_CNODE_SLOTS, OBJSIZE_L2CNODE, OBJSIZE_VNODE_ARM_L1 } from "../../../system/kpi/types";
import { EMPTY_ENTRY, FIRST_CNODE } from "../operation";
import type { InitialCap, Setting } from "../trace";
import { AddressMap, LOW_RAM_BYTES } from "./address-map";

/** The capability that the CPU driver made for the first range of devices. */
const DEVICES: SlotAddress = { address: rootSlotAddress(RootSlot.TASKCN) + TaskSlot.IO };

/**
 * Gap between the RAM near the CPU driver and the trace's RAM, because adjacent RAM would become one region. The gap
 * keeps tables aligned.
 */
const GAP_BYTES = 0x4000;

/** Thrown if the machine cannot provide a trace's initial state. */
export class CannotProvide extends Error {}

export interface CNodeSlot {
  cnode: number;
  slot: number;
}

export class TraceSpace {
  readonly calls: SystemCalls;
  readonly addresses: AddressMap;

  /** Boots the machine and sets up the trace's initial state. Throws `CannotProvide` if the board cannot provide it. */
  constructor(
    private readonly machine: CallMachine,
    private readonly setting: Setting,
  ) {
    this.calls = new SystemCalls(machine);
    this.addresses = new AddressMap(machine.dram, setting);
    this.boot();
    this.makeCNodes();
    this.makeTables();
    this.takeMemory();
    this.succeed(this.calls.delete(superSlot(0)), "cannot delete the RAM that the tables were made from");
    for (const cap of setting.caps) this.check(cap);
  }

  /** Address of a slot of the trace. */
  address(slot: number): SlotAddress {
    const { cnode, slot: index } = this.place(slot);
    return { address: cnode | index };
  }

  /** A slot of the trace as a destination for a capability. */
  place(slot: number): CNodeSlot {
    const exists = slot < this.setting.slots;
    const root = exists ? FIRST_CNODE + Math.floor(slot / L2_CNODE_SLOTS) : EMPTY_ENTRY;
    return { cnode: rootSlotAddress(root), slot: slot % L2_CNODE_SLOTS };
  }

  private boot(): void {
    try {
      this.machine.boot({ memoryMap: this.memoryMap(), commandLine: "loglevel=0" });
    } catch (error) {
      if (error instanceof RunEnded) throw new CannotProvide(error.message);
      throw error;
    }
  }

  private memoryMap(): MapRegion[] {
    if (this.setting.caps.filter((cap) => this.isDevice(cap)).length > 1) {
      throw new CannotProvide("a board has only one range of devices");
    }
    const own = this.setting.caps.flatMap((cap) => {
      const type = this.mapType(cap);
      return type === null ? [] : [{ ...this.addresses.regionOnBoard(cap), type }];
    });
    return [{ base: this.machine.dram.base, bytes: LOW_RAM_BYTES - GAP_BYTES, type: MultibootMapType.RAM }, ...own];
  }

  /** Type of the memory map entry for an initial capability; null if it needs none. */
  private mapType(cap: InitialCap): MapRegion["type"] | null {
    if (cap.type === "RAM") return MultibootMapType.RAM;
    if (cap.type === "VNode_ARM_l1") return null;
    return this.isDevice(cap) ? MultibootMapType.DEVICE : MultibootMapType.RESERVED;
  }

  /** Whether the board treats the capability as device memory. The CPU driver accepts no devices where DRAM is. */
  private isDevice(cap: InitialCap): boolean {
    const { dram } = this.machine;
    const { base, bytes } = this.addresses.regionOnBoard(cap);
    return cap.type === "DevFrame" && (base + bytes <= dram.base || base >= dram.base + dram.bytes);
  }

  /** Makes objects from the RAM near the CPU driver, from its end downwards. */
  private makeAtEnd(
    type: ObjType,
    objectSize: number,
    count: number,
    endOffset: number,
    to: CNodeSlot,
    level: 0 | 1,
  ): number {
    const { identity } = this.calls.identify(superSlot(0));
    if (!identity) throw new CannotProvide("the board has no RAM left after the CPU driver");
    const base = this.machine.dram.base + LOW_RAM_BYTES - GAP_BYTES - endOffset - objectSize * count;
    const offset = base - identity.base;
    const answer = this.calls.retype({ source: superSlot(0), offset, type, objectSize, count, to: { ...to, level } });
    this.succeed(answer, `cannot make ${typeName(type)} (${count})`);
    return base;
  }

  private makeCNodes(): void {
    const count = this.setting.slots / L2_CNODE_SLOTS;
    const to = { cnode: 0, slot: FIRST_CNODE };
    this.makeAtEnd(ObjType.L2CNode, OBJSIZE_L2CNODE, count, 0, to, 0);
  }

  private makeTables(): void {
    let used = (this.setting.slots / L2_CNODE_SLOTS) * OBJSIZE_L2CNODE;
    for (const cap of this.setting.caps.filter(({ type }) => type === "VNode_ARM_l1")) {
      const to = this.place(cap.slot);
      const base = this.makeAtEnd(ObjType.VNode_ARM_l1, OBJSIZE_VNODE_ARM_L1, 1, used, to, 1);
      this.addresses.add(cap.base, base, OBJSIZE_VNODE_ARM_L1);
      used += OBJSIZE_VNODE_ARM_L1;
    }
  }

  /** Moves the capabilities that the CPU driver made from the memory map into the trace's slots. */
  private takeMemory(): void {
    let ram = 1;
    let reserved = 0;
    for (const cap of this.setting.caps) {
      const type = this.mapType(cap);
      if (type === MultibootMapType.RAM) this.move(superSlot(ram++), cap.slot);
      if (type === MultibootMapType.DEVICE) this.move(DEVICES, cap.slot);
      if (type === MultibootMapType.RESERVED)
        this.takeReserved({ address: rootSlotAddress(RootSlot.PACN) + reserved++ }, cap);
    }
  }

  /** Takes reserved memory unchanged, or all of it as a device. */
  private takeReserved(from: SlotAddress, { type, slot, bytes }: InitialCap): void {
    if (type === "PhysAddr") return this.move(from, slot);
    const request = { source: from, offset: 0, type: ObjType.DevFrame, objectSize: bytes, count: 1 };
    this.succeed(this.calls.retype({ ...request, to: this.place(slot) }), "cannot make a DevFrame of reserved memory");
    this.succeed(this.calls.delete(from), "cannot delete the original capability");
  }

  private move(from: SlotAddress, slot: number): void {
    this.succeed(this.calls.copy(from, this.place(slot)), `cannot put a capability into slot ${slot}`);
    this.succeed(this.calls.delete(from), "cannot delete the original capability");
  }

  private succeed(answer: Answer, what: string): void {
    if (!answer.ok) throw new CannotProvide(`${what}: ${answer.names.join(", ")}`);
  }

  /**
   * Checks that a slot holds what the trace says. It does not if a region is not whole pages, or is not on this board.
   */
  private check(cap: InitialCap): void {
    const { slot, type, bytes } = cap;
    const { base } = this.addresses.regionOnBoard(cap);
    const { identity } = this.calls.identify(this.address(slot));
    if (identity && typeName(identity.type) === type && identity.base === base && identity.bytes === bytes) return;
    throw new CannotProvide(
      `slot ${slot} cannot hold ${type} of ${bytes} bytes at 0x${cap.base.toString(16)} on this board`,
    );
  }
}

function superSlot(index: number): SlotAddress {
  return { address: rootSlotAddress(RootSlot.SUPERCN) + index };
}
