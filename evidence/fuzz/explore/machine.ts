/** The tiny system on the machine. Its state is saved, restored and read many times. */

import type { DirectMachine } from "../../../machines/hosted/direct/direct-machine";
import { Register } from "../../../machines/hosted/mmu/layout";
import { auditTranslations } from "../../../observe/audit/translations";
import { type Capability, cnodeSlotAt, decodeSlot } from "../../../observe/decode/capability";
import { decodeDcb } from "../../../observe/decode/dcb";
import { decodeKernelState } from "../../../observe/decode/kernel-state";
import { PhysicalReader } from "../../../observe/decode/memory-reader";
import { addressOfKey, bytesOf } from "../../../observe/decode/object-range";
import { readL1Entry, readL2Entry, type TableEntry } from "../../../observe/decode/page-table";
import { MachineSystem } from "../../../observe/traces/machine/system";
import { FIRST_CNODE, firstFreeEntry, PAGE_CNODE_ENTRY } from "../../../observe/traces/operation";
import { CteFlag, CteLayout, CteWord } from "../../../system/cpudriver/layout/cte-layout";
import { DcbLayout } from "../../../system/cpudriver/layout/dcb-layout";
import { KernelStateLayout } from "../../../system/cpudriver/layout/kernel-state-layout";
import { ObjType, typeIsMapping } from "../../../system/kpi/object-types";
import {
  ARM_L1_USER_ENTRIES,
  ARM_L2_ENTRIES,
  BASE_PAGE_SIZE,
  L2_CNODE_SLOTS,
  OBJSIZE_CTE,
  OBJSIZE_VNODE_ARM_L1,
  OBJSIZE_VNODE_ARM_L2,
} from "../../../system/kpi/types";
import { attributesOf, Fingerprint, type Meaning, nothingMore, TABLE_ATTRIBUTES } from "./meaning";
import type { Places } from "./places";
import { FIRST_PAGE, FLAT_SLOTS, RAM_BYTES, SECOND_SPACE, SETTING } from "./tiny-system";

const ENTRY_BYTES = 4;
const FINGER_BYTES = 4;
const CNODE_BYTES = L2_CNODE_SLOTS * OBJSIZE_CTE;
/** Ranges with a smaller gap between them are copied as one. */
const GAP = 256;
/** The entries of the driver's root that are read: the page CNode's, and the first one that operations may use. */
const OWN_ENTRIES = [PAGE_CNODE_ENTRY, firstFreeEntry(SETTING.slots / L2_CNODE_SLOTS)];

/** A range of the linear memory, by offset. */
interface Range {
  readonly start: number;
  readonly bytes: number;
}

/** Contents of all ranges that a call may change. */
export type Snapshot = Buffer;

export class TinyMachine {
  readonly system: MachineSystem;
  readonly places: Places;
  /** Physical address of init's L1 table, which the MMU walks. */
  readonly l1: number;
  private readonly reader: PhysicalReader;
  private readonly memory: Buffer;
  private readonly words: Uint32Array;
  private readonly base: number;
  private readonly currentDcb: number;
  /** Physical addresses of the slots to read in addition to `wholeCNodes`. */
  private readonly singleSlots: readonly number[];
  private readonly ranges: readonly Range[];
  private readonly snapshotBytes: number;
  /** Contents and fingerprints of tables from the first time that they were hashed. */
  private readonly hashedTables = new Map<number, { bytes: Buffer; fingerprint: Fingerprint }>();

  /** Boots the machine. */
  constructor(readonly machine: DirectMachine) {
    this.system = new MachineSystem(machine, SETTING);
    this.base = machine.dram.base;
    this.memory = Buffer.from(machine.memory.wasm.buffer);
    this.words = new Uint32Array(machine.memory.wasm.buffer);
    this.reader = new PhysicalReader(machine.bytes, this.base);
    const state = decodeKernelState(this.reader, machine.kernelState);
    const dcb = decodeDcb(this.reader, state.currentDcb!);
    const root = dcb.cspace!;
    const inRoot = (index: number): Capability => decodeSlot(this.reader, cnodeSlotAt(root, index))!;
    const [taskCNode, pageCNode, cnode] = [0, PAGE_CNODE_ENTRY, FIRST_CNODE].map(inRoot);
    this.currentDcb = dcb.at;
    this.l1 = dcb.vspace!.base;
    this.places = {
      cnode: cnode!.base,
      root: root.base,
      pageCNode: pageCNode!.base,
      rootInDispatcher: dcb.at + DcbLayout.CSPACE,
      rootInTask: cnodeSlotAt(taskCNode!, 2),
      spaceInDispatcher: dcb.at + DcbLayout.VSPACE,
    };
    const { rootInDispatcher, rootInTask, spaceInDispatcher } = this.places;
    this.singleSlots = [
      ...[rootInDispatcher, rootInTask, spaceInDispatcher],
      ...OWN_ENTRIES.map((entry) => root.base + entry * OBJSIZE_CTE),
      ...Array.from({ length: FLAT_SLOTS }, (_, slot) => cnode!.base + slot * OBJSIZE_CTE),
    ];
    this.ranges = this.findRanges();
    this.snapshotBytes = this.ranges.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * The start-up capabilities that the model needs: those in the page CNode, and that of init's L1 table in its
   * dispatcher.
   */
  startUpCaps(): Capability[] {
    const slots = Array.from({ length: L2_CNODE_SLOTS }, (_, i) => this.places.pageCNode + i * OBJSIZE_CTE);
    return [...slots, this.places.spaceInDispatcher].flatMap((at) => decodeSlot(this.reader, at) ?? []);
  }

  /** The valid entries of a page table. For an L1 table, only those of programs. */
  entriesOf({ type, base }: Capability): TableEntry[] {
    const isL1 = type === ObjType.VNode_ARM_l1;
    const read = isL1 ? readL1Entry : readL2Entry;
    const count = isL1 ? ARM_L1_USER_ENTRIES : ARM_L2_ENTRIES;
    return Array.from({ length: count }, (_, i) => read(this.reader, base, i)).filter((entry) => entry !== null);
  }

  save(): Snapshot {
    const snapshot = Buffer.allocUnsafe(this.snapshotBytes);
    let at = 0;
    for (const { start, bytes } of this.ranges) {
      this.memory.copy(snapshot, at, start, start + bytes);
      at += bytes;
    }
    return snapshot;
  }

  restore(snapshot: Snapshot): void {
    let at = 0;
    for (const { start, bytes } of this.ranges) {
      snapshot.copy(this.memory, start, at, at + bytes);
      at += bytes;
    }
  }

  isAt(snapshot: Snapshot): boolean {
    let at = 0;
    for (const { start, bytes } of this.ranges) {
      if (this.memory.compare(snapshot, at, at + bytes, start, start + bytes) !== 0) return false;
      at += bytes;
    }
    return true;
  }

  /** Hash of all memory that is not in snapshots. It must never change. */
  hashOfRest(end: number): number {
    let hash = 0;
    let at = 0;
    for (const { start, bytes } of [...this.ranges, { start: end, bytes: 0 }]) {
      for (let word = at / ENTRY_BYTES; word < Math.min(start, end) / ENTRY_BYTES; word++) {
        hash = Math.imul(hash ^ this.words[word]!, 0x85ebca6b) ^ (hash >>> 15);
      }
      at = start + bytes;
      if (at >= end) break;
    }
    return hash;
  }

  /** Violations of conditions that must hold in every state. */
  broken(): string[] {
    const { calls } = this.system.space;
    return [
      ...(calls.invariantsHold() ? [] : ["the CPU driver's mapping database is broken"]),
      ...this.dirtyEmptySlots(),
      ...auditTranslations(this.machine),
    ];
  }

  get fingerprint(): number {
    const fingerprint = new Fingerprint();
    this.read(fingerprint, (type, base) => fingerprint.add(this.tableFingerprint(type, base)));
    return fingerprint.key;
  }

  describe(meaning: Meaning): void {
    this.read(meaning, (type, base) => this.readTable(meaning, type, base));
  }

  private read(meaning: Meaning, table: (type: ObjType, base: number) => void): void {
    const tables = new Map<number, ObjType>();
    let holdsSlots = false;
    const visit = (at: number): void => {
      const type = this.memory[at - this.base + CteLayout.TYPE]!;
      if (type === ObjType.Null) return;
      const word = (at - this.base) / ENTRY_BYTES;
      const key = this.words[word + CteLayout.KEY / ENTRY_BYTES]!;
      const base = addressOfKey(key);
      const bytes = bytesOf(key, this.words[word + CteLayout.END_KIB / ENTRY_BYTES]!);
      meaning.cap(at, type, base, bytes, this.wordsOf(at, type));
      if (type === ObjType.VNode_ARM_l1 || type === ObjType.VNode_ARM_l2) tables.set(base, type);
      if ((type === ObjType.L1CNode || type === ObjType.L2CNode) && base === FIRST_PAGE) holdsSlots = true;
    };
    for (const at of this.singleSlots) visit(at);
    const root = addressOfKey(this.words[(this.places.rootInDispatcher - this.base + CteLayout.KEY) / ENTRY_BYTES]!);
    const visitAll = (cnode: number): void => {
      for (let i = 0; i < L2_CNODE_SLOTS; i++) {
        // The model does not contain the system's part of the root.
        if (cnode !== root || i >= OWN_ENTRIES[1]! || i === PAGE_CNODE_ENTRY) visit(cnode + i * OBJSIZE_CTE);
      }
    };
    for (const cnode of [this.places.pageCNode, SECOND_SPACE, SECOND_SPACE + CNODE_BYTES]) visitAll(cnode);
    if (holdsSlots) visitAll(FIRST_PAGE);
    for (const [base, type] of tables) table(type, base);
  }

  private wordsOf(at: number, type: ObjType): readonly number[] {
    const word = (field: CteWord): number => this.words[(at - this.base + field) / ENTRY_BYTES]!;
    if (type === ObjType.EndPoint) return [word(CteWord.EP_OFFSET), word(CteWord.EP_BUFLEN)];
    if (!typeIsMapping(type)) return nothingMore;
    const count = this.memory.readUInt16LE(at - this.base + CteLayout.COUNT);
    const isVoid = (this.memory[at - this.base + CteLayout.FLAGS]! & CteFlag.VOID) !== 0;
    return [this.base + word(CteWord.FRAME), word(CteWord.PTE), count, Number(isVoid)];
  }

  private tableFingerprint(type: ObjType, base: number): Fingerprint {
    const start = base - this.base;
    const bytes = type === ObjType.VNode_ARM_l1 ? OBJSIZE_VNODE_ARM_L1 : OBJSIZE_VNODE_ARM_L2;
    const known = this.hashedTables.get(base);
    if (known && known.bytes.length === bytes && known.bytes.compare(this.memory, start, start + bytes) === 0) {
      return known.fingerprint;
    }
    const fingerprint = new Fingerprint();
    this.readTable(fingerprint, type, base);
    if (!known)
      this.hashedTables.set(base, { bytes: Buffer.from(this.memory.subarray(start, start + bytes)), fingerprint });
    return fingerprint;
  }

  private readTable(meaning: Meaning, type: ObjType, base: number): void {
    const isL1 = type === ObjType.VNode_ARM_l1;
    const first = (base - this.base) / ENTRY_BYTES;
    const count = isL1 ? ARM_L1_USER_ENTRIES : ARM_L2_ENTRIES;
    for (let i = 0; i < count; i++) {
      if (this.words[first + i] === 0) continue;
      const entry = (isL1 ? readL1Entry : readL2Entry)(this.reader, base, i);
      if (entry) meaning.entry(base + i * ENTRY_BYTES, entry.address, attributesOfEntry(entry));
    }
  }

  /** Empty slots that are not all zero. */
  private dirtyEmptySlots(): string[] {
    return this.singleSlots.flatMap((at) => {
      const slot = this.memory.subarray(at - this.base, at - this.base + OBJSIZE_CTE);
      const isClean = slot[CteLayout.TYPE] !== 0 || slot.every((byte) => byte === 0);
      return isClean ? [] : [`the empty slot at 0x${at.toString(16)} is not all zero`];
    });
  }

  /** The fingers of the pages in which objects start, or can start. */
  private fingers(): Range[] {
    const table = decodeKernelState(this.reader, this.machine.kernelState).fingers!;
    const pages = Array.from({ length: RAM_BYTES / BASE_PAGE_SIZE }, (_, page) => FIRST_PAGE + page * BASE_PAGE_SIZE);
    const made = [SECOND_SPACE, SECOND_SPACE + CNODE_BYTES];
    const starts = [...pages, ...made, ...this.system.view.database().map(({ base }) => base)];
    return starts
      .filter((address) => address >= this.base && address < this.reader.end)
      .map((address) => ({
        start: table + Math.floor((address - this.base) / BASE_PAGE_SIZE) * FINGER_BYTES,
        bytes: FINGER_BYTES,
      }));
  }

  /** The ranges that calls may change: the CPU driver's record, fingers, slots, tables, and the memory of the tiny system. */
  private findRanges(): Range[] {
    const { machine, places } = this;
    const tables = this.startUpCaps().flatMap(({ type, base }) => {
      if (type === ObjType.VNode_ARM_l1) return [{ start: base, bytes: OBJSIZE_VNODE_ARM_L1 }];
      return type === ObjType.VNode_ARM_l2 ? [{ start: base, bytes: OBJSIZE_VNODE_ARM_L2 }] : [];
    });
    const physical: Range[] = [
      { start: machine.kernelState, bytes: KernelStateLayout.SIZE },
      { start: this.currentDcb, bytes: DcbLayout.SIZE },
      { start: places.root, bytes: CNODE_BYTES },
      { start: places.pageCNode, bytes: CNODE_BYTES },
      { start: SECOND_SPACE, bytes: 2 * CNODE_BYTES },
      { start: FIRST_PAGE, bytes: RAM_BYTES },
      ...this.fingers(),
      ...tables,
      ...[...this.singleSlots, ...this.system.view.database().map(({ at }) => at)].map((at) => ({
        start: at,
        bytes: OBJSIZE_CTE,
      })),
    ];
    const registers = { start: Register.TTBR0, bytes: Register.DRAM_BASE - Register.TTBR0 };
    return merge([...physical.map(({ start, bytes }) => ({ start: start - this.base, bytes })), registers]);
  }
}

function attributesOfEntry({ kind, executeNever, ...rest }: TableEntry): number {
  return kind === "table"
    ? TABLE_ATTRIBUTES
    : attributesOf({ ...rest, isSection: kind === "section", executable: !executeNever });
}

function merge(ranges: readonly Range[]): Range[] {
  const merged: Range[] = [];
  for (const { start, bytes } of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (!last || start > last.start + last.bytes + GAP) merged.push({ start, bytes });
    else merged[merged.length - 1] = { start: last.start, bytes: Math.max(last.bytes, start + bytes - last.start) };
  }
  return merged;
}
