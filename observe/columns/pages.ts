/** Every page of the board as columns: the type of what is in it, the capability for it, and its owner. */
import { KernelStateLayout } from "../../system/cpudriver/layout/kernel-state-layout";
import { ObjType } from "../../system/kpi/object-types";
import { BASE_PAGE_BITS, BASE_PAGE_SIZE } from "../../system/kpi/types";
import { NodeType } from "../../system/libmm/layout/mm-layout";
import type { CapabilityColumns } from "./capabilities";
import type { MemoryWords } from "./memory-words";
import type { PieceColumns } from "./pieces";

/** Who uses a page. */
export const enum PageOwner {
  /** No capability covers it, and the CPU driver does not use it either. */
  NOBODY = 0,
  /** The CPU driver: its code and data, and objects that only it may write, such as CNodes and page tables. */
  CPU_DRIVER = 1,
  /** The program's memory manager, which has not handed the page out. */
  MEMORY_MANAGER = 2,
  /** The program. */
  PROGRAM = 3,
  COUNT = 4,
}

export interface PageColumns {
  /** Number of pages. Page n begins at physical address base + 4096 n. */
  readonly count: number;
  /** The type of the innermost object that covers a part of the page; `ObjType.Null` if none does. */
  readonly type: Uint8Array;
  /** Index of that object's first capability; -1 if there is none. */
  readonly capability: Int32Array;
  /** A `PageOwner`. */
  readonly owner: Uint8Array;
}

const OWNERS = Uint8Array.from({ length: 256 }, (_, type) => ownerOfType(type));

function ownerOfType(type: number): PageOwner {
  switch (type) {
    case ObjType.Null:
      return PageOwner.NOBODY;
    case ObjType.PhysAddr:
    case ObjType.RAM:
    case ObjType.Frame:
    case ObjType.DevFrame:
      return PageOwner.PROGRAM;
    default:
      return PageOwner.CPU_DRIVER;
  }
}

/** The pages of the board. Without `pieces`, no page belongs to the memory manager. */
export function readPages(
  memory: MemoryWords,
  { count: capabilities, type: types, base, bytes }: CapabilityColumns,
  pieces: PieceColumns | null,
): PageColumns {
  const count = memory.bytes.length >>> BASE_PAGE_BITS;
  const type = new Uint8Array(count);
  const capability = new Int32Array(count).fill(-1);
  // An object comes after those that contain it, so the innermost one is painted last.
  for (let i = 0; i < capabilities; i++) {
    if (bytes[i] === 0) continue;
    const start = (base[i] as number) - memory.base;
    const from = Math.max(0, Math.floor(start / BASE_PAGE_SIZE));
    const to = Math.min(count, Math.ceil((start + (bytes[i] as number)) / BASE_PAGE_SIZE));
    if (from >= to) continue;
    if (to === from + 1) {
      type[from] = types[i] as number;
      capability[from] = i;
    } else {
      type.fill(types[i] as number, from, to);
      capability.fill(i, from, to);
    }
  }
  return { count, type, capability, owner: ownersOf(memory, type, pieces) };
}

function ownersOf(memory: MemoryWords, type: Uint8Array, pieces: PieceColumns | null): Uint8Array {
  const owner = type.map((each) => OWNERS[each] as number);
  const first = memory.base / BASE_PAGE_SIZE;
  const ownMemory = Math.ceil(memory.state(KernelStateLayout.FIRST_FREE) / BASE_PAGE_SIZE) - first;
  for (let page = 0; page < Math.min(ownMemory, owner.length); page++) {
    if (type[page] === ObjType.Null) owner[page] = PageOwner.CPU_DRIVER;
  }
  for (let i = 0; i < (pieces?.count ?? 0); i++) {
    if (pieces?.type[i] === NodeType.Allocated) continue;
    const from = (pieces?.page[i] as number) - first;
    const to = from + (pieces?.pages[i] as number);
    for (let page = Math.max(0, from); page < Math.min(to, owner.length); page++) {
      if (type[page] === ObjType.RAM) owner[page] = PageOwner.MEMORY_MANAGER;
    }
  }
  return owner;
}
