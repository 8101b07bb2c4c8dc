/**
 * A model of the MMU: it gives the required answer for the model's page tables, with ARMv7 short descriptors, but
 * without their bits. (ARM Architecture Reference Manual ARMv7-A, B3.5 to B3.7. All domains are "client", and there are
 * no large pages.)
 *
 * The model covers only the lower half of the address space, which belongs to the program. `status` is the fault status
 * that DFSR shows.
 */
import type { PageTableEntry, PageTables } from "./page-tables";

export type AccessKind = "read" | "write" | "execute";

export const FAULT_STATUS = {
  alignment: 0b00001,
  "translation, section": 0b00101,
  "translation, page": 0b00111,
  "permission, section": 0b01101,
  "permission, page": 0b01111,
} as const;

export type FaultName = keyof typeof FAULT_STATUS;

export type Translation =
  | { readonly ok: true; readonly address: number; readonly entry: PageTableEntry }
  | { readonly ok: false; readonly fault: FaultName; readonly status: number };

const SECTION_BITS = 20;
const PAGE_BITS = 12;
const USER_SPACE = 0x80000000;

/** Translates an access of a program to `bytes` bytes at `address`, with the L1 table at `root`. */
export function translate(
  tables: PageTables,
  root: number,
  address: number,
  kind: AccessKind,
  bytes: 1 | 2 | 4 | 8 = 1,
): Translation {
  if (address >= USER_SPACE) throw new RangeError("the upper half is the CPU driver's; the model does not know it");
  // Double words need only word alignment.
  if (address % Math.min(bytes, 4) !== 0) return fault("alignment");

  const first = tables.entry(root, address >>> SECTION_BITS);
  if (first === undefined) return fault("translation, section");
  if (first.kind === "section") return leaf(first, address % (1 << SECTION_BITS), kind, "permission, section");

  const second = tables.entry(first.address, (address >>> PAGE_BITS) & 0xff);
  if (second === undefined) return fault("translation, page");
  return leaf(second, address % (1 << PAGE_BITS), kind, "permission, page");
}

function fault(name: FaultName): Translation {
  return { ok: false, fault: name, status: FAULT_STATUS[name] };
}

function leaf(entry: PageTableEntry, offset: number, kind: AccessKind, denied: FaultName): Translation {
  return permits(entry, kind) ? { ok: true, address: entry.address + offset, entry } : fault(denied);
}

function permits(entry: PageTableEntry, kind: AccessKind): boolean {
  switch (kind) {
    case "read":
      return entry.access !== "";
    case "write":
      return entry.access === "rw";
    case "execute":
      return entry.access !== "" && entry.executable;
  }
}

export interface MappedRange {
  readonly virtual: number;
  readonly bytes: number;
  readonly entry: PageTableEntry;
}

/** All pages and sections of an address space, in ascending order. */
export function mappedRanges(tables: PageTables, root: number): MappedRange[] {
  return tables.entries(root).flatMap(([index, first]) => {
    const virtual = index * (1 << SECTION_BITS);
    if (first.kind === "section") return [{ virtual, bytes: 1 << SECTION_BITS, entry: first }];
    return tables
      .entries(first.address)
      .map(([page, entry]) => ({ virtual: virtual + page * (1 << PAGE_BITS), bytes: 1 << PAGE_BITS, entry }));
  });
}
