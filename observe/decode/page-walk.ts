/**
 * Translates one virtual address step by step, as the MMU does, and keeps what each step reads:
 *
 *     TTBR0 or TTBR1  ->  L1 descriptor  ->  L2 descriptor  ->  physical address
 *
 * It is written from the architecture manual (ARMv7-A, B3.5 to B3.7 and B3.13) and shares no code with the MMU, so that
 * the two can be compared.
 */

import { Unreadable } from "./damage";
import { attributesOf, bitsOf, type Descriptor, decodeDescriptor, type MemoryAttributes } from "./descriptor";
import type { PhysicalReader } from "./memory-reader";
import type { MmuRegisters, TlbEntry } from "./mmu-state";

/** A descriptor, and where the walk read it. */
export interface WalkStep {
  level: 1 | 2;
  /** Physical address of the table. */
  table: number;
  /** Number of the entry in it. */
  index: number;
  /** Physical address of the entry. */
  at: number;
  /** Null if there is no DRAM at the address. */
  descriptor: Descriptor | null;
}

/** A data abort that an access would cause. */
export interface DataFault {
  /** The value of DFSR. */
  status: number;
  /** The fault's name in the manual. */
  name: string;
  /** Why, in a sentence. */
  reason: string;
}

export interface PageWalk {
  va: number;
  /** The register that leads to the L1 table; null if the MMU is off or TTBCR forbids the walk. */
  register: { name: "TTBR0" | "TTBR1"; value: number } | null;
  steps: WalkStep[];
  /** Where the address leads; null if the walk faults. */
  target: {
    pa: number;
    /** Bytes that the entry maps: of a page, section and so on. */
    size: number;
    domain: number;
    attributes: MemoryAttributes;
    isDram: boolean;
  } | null;
  /** Why the program may not read, or write, the byte at the address; null if it may. */
  read: DataFault | null;
  write: DataFault | null;
}

const WRITE = 1 << 11;

const FAULT_NAMES: Record<number, string> = {
  1: "alignment fault",
  5: "translation fault, section",
  7: "translation fault, page",
  8: "synchronous external abort",
  9: "domain fault, section",
  11: "domain fault, page",
  12: "external abort on a walk, first level",
  13: "permission fault, section",
  14: "external abort on a walk, second level",
  15: "permission fault, page",
};

/** DFSR in words: the fault's name, and whether the access was a load or a store. */
export function faultStatusText(dfsr: number): string {
  const name = FAULT_NAMES[(bitsOf(dfsr, 10, 10) << 4) | bitsOf(dfsr, 3, 0)] ?? `fault status ${dfsr & 0xf}`;
  return `${name}, ${dfsr & WRITE ? "store" : "load"}`;
}

const hex = (value: number): string => `0x${value.toString(16).padStart(8, "0")}`;

function fault(status: number, domain: number, reason: string): DataFault {
  return { status: status | (domain << 4), name: FAULT_NAMES[status] as string, reason };
}

/** An outcome that is the same for reads and writes, except for the bit of DFSR that says which it was. */
function bothFault(walk: Pick<PageWalk, "va" | "register" | "steps">, read: DataFault): PageWalk {
  return { ...walk, target: null, read, write: { ...read, status: read.status | WRITE } };
}

const USER_READS: readonly number[] = [0b010, 0b011, 0b110, 0b111];

export function walkPage(reader: PhysicalReader, registers: MmuRegisters, va: number): PageWalk {
  if (!registers.isOn) return flat(reader, va);
  const n = bitsOf(registers.ttbcr, 2, 0);
  const isLower = n === 0 || va >>> (32 - n) === 0;
  const isForbidden = bitsOf(registers.ttbcr, isLower ? 4 : 5, isLower ? 4 : 5) === 1;
  const begun = { va, register: null, steps: [] };
  if (isForbidden) {
    const which = isLower ? "TTBCR.PD0 forbids walks of lower addresses" : "TTBCR.PD1 forbids walks of upper addresses";
    return bothFault(begun, fault(0b00101, 0, `${which}.`));
  }
  const value = isLower ? registers.ttbr0 : registers.ttbr1;
  const register = { name: isLower ? ("TTBR0" as const) : ("TTBR1" as const), value };
  const tableBytes = 2 ** (isLower ? 14 - n : 14);
  const first = readStep(reader, 1, value - (value % tableBytes), va >>> 20);
  const walk = { va, register, steps: [first] };
  if (!first.descriptor)
    return bothFault(walk, fault(0b01100, 0, `The L1 descriptor would be at ${hex(first.at)}, outside of the DRAM.`));
  const { kind, word } = first.descriptor;
  switch (kind) {
    case "table":
      return walkL2(reader, registers, walk, word);
    case "section":
      return reach(reader, registers, walk, (word & 0xfff00000) >>> 0, 0x100000, bitsOf(word, 8, 5));
    case "supersection":
      if (bitsOf(word, 23, 20) !== 0 || bitsOf(word, 8, 5) !== 0) {
        return bothFault(walk, fault(0b01000, 0, "The supersection is beyond 4 GiB, where this board has no memory."));
      }
      return reach(reader, registers, walk, (word & 0xff000000) >>> 0, 0x1000000, 0);
    case "reserved":
      return bothFault(walk, fault(0b00101, 0, "The L1 descriptor has the reserved type 11."));
    default:
      return bothFault(walk, fault(0b00101, 0, "The L1 descriptor is not valid: nothing is mapped in this MiB."));
  }
}

function readStep(reader: PhysicalReader, level: 1 | 2, table: number, index: number): WalkStep {
  const at = (table + index * 4) % 2 ** 32;
  return { level, table, index, at, descriptor: readDescriptor(reader, level, at) };
}

function readDescriptor(reader: PhysicalReader, level: 1 | 2, at: number): Descriptor | null {
  try {
    return decodeDescriptor(level, reader.u32(at));
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

type Begun = Pick<PageWalk, "va" | "register" | "steps">;

function walkL2(reader: PhysicalReader, registers: MmuRegisters, begun: Begun, l1: number): PageWalk {
  const domain = bitsOf(l1, 8, 5);
  const second = readStep(reader, 2, (l1 & 0xfffffc00) >>> 0, bitsOf(begun.va, 19, 12));
  const walk = { ...begun, steps: [...begun.steps, second] };
  if (!second.descriptor) {
    return bothFault(
      walk,
      fault(0b01110, domain, `The L2 descriptor would be at ${hex(second.at)}, outside of the DRAM.`),
    );
  }
  const { kind, word } = second.descriptor;
  if (kind === "fault") {
    return bothFault(walk, fault(0b00111, domain, "The L2 descriptor is not valid: nothing is mapped at this page."));
  }
  const isLarge = kind === "large page";
  const base = (isLarge ? word & 0xffff0000 : word & 0xfffff000) >>> 0;
  return reach(reader, registers, walk, base, isLarge ? 0x10000 : 0x1000, domain);
}

/** The last step: domain, permission, and whether there is memory. */
function reach(
  reader: PhysicalReader,
  registers: MmuRegisters,
  walk: Begun,
  base: number,
  size: number,
  domain: number,
): PageWalk {
  const attributes = attributesOf(walk.steps.at(-1)?.descriptor as Descriptor) as MemoryAttributes;
  const pa = base + (walk.va % size);
  const isDram = pa >= reader.base && pa < reader.end;
  const refused = (write: boolean): DataFault | null => {
    const denied = refusal(registers.dacr, domain, attributes.ap, size, write);
    if (denied || isDram) return denied;
    return fault(0b01000, 0, `There is no DRAM at ${hex(pa)}. The hosted board has no devices there.`);
  };
  const [read, write] = [refused(false), refused(true)];
  const target = { pa, size, domain, attributes, isDram };
  return { ...walk, target, read, write: write && { ...write, status: write.status | WRITE } };
}

/** Checks the domain, then the permission of the program. */
function refusal(dacr: number, domain: number, ap: number, size: number, write: boolean): DataFault | null {
  const isSection = size >= 0x100000;
  const control = bitsOf(dacr, domain * 2 + 1, domain * 2);
  if (control === 0b11) return null;
  if (control !== 0b01) {
    return fault(isSection ? 0b01001 : 0b01011, domain, `DACR gives no access to domain ${domain}.`);
  }
  if (write ? ap === 0b011 : USER_READS.includes(ap)) return null;
  const what = write ? "write" : "read";
  return fault(
    isSection ? 0b01101 : 0b01111,
    domain,
    `AP is ${ap.toString(2).padStart(3, "0")}: the program may not ${what} here.`,
  );
}

/** With the MMU off, addresses are physical. */
function flat(reader: PhysicalReader, va: number): PageWalk {
  const isDram = va >= reader.base && va < reader.end;
  const attributes = { ap: 0b011, memory: "strongly ordered", executeNever: false, shareable: false, global: true };
  const read = isDram ? null : fault(0b01000, 0, `The MMU is off, and there is no DRAM at ${hex(va)}.`);
  return {
    va,
    register: null,
    steps: [],
    target: { pa: va, size: 0x100000, domain: 0, attributes, isDram },
    read,
    write: read && { ...read, status: read.status | WRITE },
  };
}

/**
 * Compares the TLB's entry for an address with the present tables. Null if the TLB holds nothing for this page. An entry
 * is stale if a walk would find something else; it stays in use until it is flushed.
 */
export function staleness(
  entry: TlbEntry | null,
  { va, target }: PageWalk,
): { isStale: boolean; because: string } | null {
  if (!entry || entry.va !== va - (va % 0x1000)) return null;
  if (!target) return { isStale: true, because: "The tables do not map this page any more." };
  const page = target.pa - (target.pa % 0x1000);
  if (page !== entry.pa) return { isStale: true, because: `The tables now lead to ${hex(page)}.` };
  if (target.attributes.ap !== entry.ap || target.domain !== entry.domain) {
    return { isStale: true, because: "The tables now give other permissions." };
  }
  if (target.size !== entry.size) return { isStale: true, because: "The tables now have an entry of another size." };
  if (target.attributes.executeNever !== entry.executeNever) {
    return { isStale: true, because: "The tables now differ in whether code can be executed." };
  }
  return { isStale: false, because: "" };
}
