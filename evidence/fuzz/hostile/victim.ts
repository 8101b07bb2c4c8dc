/**
 * The system that receives the hostile calls: init's, with an object of every kind in its CSpace.
 *
 * Root entries 12 and 13 hold two CNodes. `OBJECTS` has one capability of each type that init can make, mapped or set
 * up where possible. `FREE` is empty. Root entry 14 and the entries after it are free.
 */
import { withMemory } from "../../../machines/boards/board";
import { pandaboardEs } from "../../../machines/boards/pandaboard-es";
import type { Answer } from "../../../machines/calls/answer";
import * as words from "../../../machines/calls/call-words";
import { DirectMachine } from "../../../machines/hosted/direct/direct-machine";
import { loadSystemImages } from "../../../machines/hosted/node/load-images";
import { RootSlot, rootSlotAddress, TaskSlot } from "../../../system/kpi/cspace";
import { MultibootMapType } from "../../../system/kpi/multiboot";
import { ObjType } from "../../../system/kpi/object-types";
import { IrqTableCmd, invokeWord } from "../../../system/kpi/system-calls";

const MIB = 0x100000;
const KIB = 1024;
const PAGE = 4096;

export const board = withMemory(pandaboardEs, 64 * MIB);

/** 56 MiB of RAM, then 8 MiB of reserved memory, and reserved addresses without memory. */
const memoryMap = [
  { ...board.devices, type: MultibootMapType.DEVICE },
  { base: board.dram.base, bytes: 56 * MIB, type: MultibootMapType.RAM },
  { base: board.dram.base + 56 * MIB, bytes: 8 * MIB, type: MultibootMapType.RESERVED },
  { base: 0xc0000000, bytes: 16 * MIB, type: MultibootMapType.RESERVED },
];

export const OBJECTS = rootSlotAddress(RootSlot.USER);
export const FREE = rootSlotAddress(RootSlot.USER + 1);
export const TASK = rootSlotAddress(RootSlot.TASKCN);
export const SUPER = rootSlotAddress(RootSlot.SUPERCN);
export const RESERVED = rootSlotAddress(RootSlot.PACN);
export const PAGES = rootSlotAddress(RootSlot.PAGECN);

/** Slots of `OBJECTS`. */
export const Obj = {
  ram: 0,
  frame: 1,
  bigFrame: 2,
  l1Table: 3,
  l2Table: 4,
  l1CNode: 5,
  l2CNode: 6,
  dispatcher: 7,
  endPoint: 8,
  buffer: 9,
  kcb: 10,
  devFrame: 11,
  id: 12,
  tableMapping: 13,
  frameMapping: 14,
  dispatcherFrame: 15,
  newRoot: 16,
  physAddr: 17,
  /** Starts in the middle of a MiB. */
  oddFrame: 18,
  /** A RAM capability for an address at which there is no RAM. */
  noRam: 19,
  /** As large as the first root, and too small after that has been replaced. */
  smallRoot: 20,
} as const;

/** An interrupt line with an end point, and the number of interrupt lines. */
export const IRQ_LINE = 33;
export const IRQ_LINES = 160;

/** Number of occupied slots in `OBJECTS`. */
export const OBJECT_COUNT = Object.keys(Obj).length;

export function createVictim(): DirectMachine {
  return DirectMachine.create({ board, images: loadSystemImages() });
}

/** Boots the system again and sets up all objects. */
export function bootVictim(machine: DirectMachine): void {
  machine.boot({ memoryMap, commandLine: "loglevel=0", scratchBytes: 2 * PAGE });
  new Furnisher(machine).furnish();
}

class Furnisher {
  /** Offset of the next object in the RAM of the super CNode. */
  private offset = 8 * MIB;

  constructor(private readonly machine: DirectMachine) {}

  furnish(): void {
    const root = { cnode: 0, level: 0 } as const;
    this.make(ObjType.L2CNode, 16 * KIB, { ...root, slot: RootSlot.USER });
    this.make(ObjType.L2CNode, 16 * KIB, { ...root, slot: RootSlot.USER + 1 });
    this.object(ObjType.RAM, 4 * MIB, Obj.ram);
    this.object(ObjType.Frame, 2 * PAGE, Obj.frame);
    this.object(ObjType.Frame, 2 * MIB, Obj.bigFrame);
    this.object(ObjType.VNode_ARM_l1, 16 * KIB, Obj.l1Table);
    this.object(ObjType.VNode_ARM_l2, KIB, Obj.l2Table);
    this.object(ObjType.L1CNode, 16 * KIB, Obj.l1CNode);
    this.object(ObjType.L2CNode, 16 * KIB, Obj.l2CNode);
    this.object(ObjType.Dispatcher, KIB, Obj.dispatcher);
    this.object(ObjType.KernelControlBlock, 64 * KIB, Obj.kcb);
    this.object(ObjType.Frame, 256 * KIB, Obj.dispatcherFrame);
    this.object(ObjType.L1CNode, 32 * KIB, Obj.newRoot);
    this.object(ObjType.L1CNode, 16 * KIB, Obj.smallRoot);
    this.object(ObjType.Frame, MIB + PAGE, Obj.oddFrame);
    const from = (source: number, type: ObjType, bytes: number, slot: number) =>
      words.retypeWords({ source: { address: source }, offset: 0, type, objectSize: bytes, count: 1, to: at(slot) });
    this.call(from(OBJECTS + Obj.dispatcher, ObjType.EndPoint, 0, Obj.endPoint));
    this.call(words.mintWords(object(Obj.endPoint), at(Obj.buffer), [1024, 16]));
    this.call(from(TASK + TaskSlot.IO, ObjType.DevFrame, MIB, Obj.devFrame));
    this.call(from(RESERVED, ObjType.PhysAddr, MIB, Obj.physAddr));
    this.call(from(RESERVED + 1, ObjType.RAM, MIB, Obj.noRam));
    this.call(words.createWords(ObjType.ID, 0, at(Obj.id)));
    this.furnishSpace();
    this.furnishTables();
    const irqTable = TASK + TaskSlot.IRQ;
    this.call([invokeWord(4, IrqTableCmd.Set, 2), irqTable, IRQ_LINE, OBJECTS + Obj.buffer]);
  }

  /** Makes a CSpace inside the CSpace, and a dispatcher with both a CSpace and an address space. */
  private furnishSpace(): void {
    const root = OBJECTS + Obj.l1CNode;
    this.call(words.copyWords(object(Obj.l2CNode), { root, cnode: 0, level: 0, slot: 0 }));
    const inner = (slot: number): words.Destination => ({ root, cnode: 0, slot });
    for (const [slot, what] of [Obj.l1Table, Obj.dispatcherFrame, Obj.l1CNode, Obj.ram, Obj.frame].entries()) {
      this.call(words.copyWords(object(what), inner(slot + 1)));
    }
    const dispatcher = object(Obj.dispatcher);
    this.call(words.dispatcherSetupWords({ dispatcher, cspace: root, vspace: 1, frame: 2, run: false }));
  }

  private furnishTables(): void {
    const map = { flags: 3, offset: 0, count: 1 };
    const [table, inner] = [object(Obj.l1Table), object(Obj.l2Table)];
    this.call(words.mapWords({ ...map, table, source: inner, entry: 5, mapping: at(Obj.tableMapping) }));
    const source = object(Obj.frame);
    this.call(words.mapWords({ ...map, table: inner, source, entry: 7, count: 2, mapping: at(Obj.frameMapping) }));
  }

  private object(type: ObjType, bytes: number, slot: number): void {
    this.make(type, bytes, at(slot));
  }

  private make(type: ObjType, objectSize: number, to: words.Destination): void {
    this.offset = Math.ceil(this.offset / objectSize) * objectSize;
    const alignment = Math.max(objectSize, PAGE);
    // RAM starts after the CPU driver: offsets count from its start, but alignment counts from address 0.
    const offset = this.offset + ((alignment - ((this.ramBase() + this.offset) % alignment)) % alignment);
    this.call(words.retypeWords({ source: { address: SUPER }, offset, type, objectSize, count: 1, to }));
    this.offset = offset + objectSize;
  }

  private ramBase(): number {
    const { address, bytes } = this.machine.scratch;
    this.call(words.identifyWords({ address: SUPER }, address));
    return Number(bytes.getBigUint64(0, true));
  }

  private call(request: number[]): Answer {
    const answer = this.machine.call(request);
    if (!answer.ok) throw new Error(`cannot prepare the machine: ${answer.names.join(" < ")}`);
    return answer;
  }
}

function object(slot: number): words.SlotAddress {
  return { address: OBJECTS + slot };
}

function at(slot: number): words.Destination {
  return { cnode: OBJECTS, slot };
}
