/**
 * The state of this domain: one record through which the libraries, and a host that reads memory, find all other
 * records.
 *
 *      0        4          8         12           16              20                24                   28
 *     +--------+----------+---------+------------+---------------+-----------------+--------------------+
 *     | mm     | prealloc | paging  | rootSlots  | defaultSlots  | slotBlockSlabs  | rootSegmentSlabs   |
 *     +--------+----------+---------+------------+---------------+-----------------+--------------------+
 *     28          32        36               40             44              48           56
 *     +----------+---------+----------------+--------------+---------------+------------+-------------+
 *     | ramAlloc | ramFree | defaultRefill  | basePageNext | libraryDepth  | ramMinBase | ramMaxLimit |
 *     +----------+---------+----------------+--------------+---------------+------------+-------------+
 *     64     68           72         76       80        84            88
 *     +------+-----------+----------+--------+---------+-------------+
 *     | name | arguments | bootinfo | coreId | refills | objectAlloc |
 *     +------+-----------+----------+--------+---------+-------------+
 *
 * The fields that point to records have the type `usize`, because the classes are defined in higher layers. The code
 * that owns a field casts it. The function fields let lower layers call higher ones (RAM for slots, slabs for RAM).
 * Start-up sets them.
 */
import { errval_t } from "../kpi/errval";
import { DomainLayout } from "./layout/domain-layout";

/** Allocates `bytes` bytes of RAM at a multiple of `alignment`. -> Out.cap */
export type RamAllocFunction = (bytes: u64, alignment: u64) => errval_t;
/** Makes an object of type `type` and `bytes` bytes at a multiple of `alignment` in the empty slot `dest`. */
export type ObjectAllocFunction = (dest: u64, type: u32, bytes: u64, alignment: u64) => errval_t;
/** Takes RAM back, even if it was retyped. The capability is then gone. */
export type RamFreeFunction = (cap: u64) => errval_t;

@unmanaged
export class DomainState {
  /** init's memory manager and the allocator of its slots; 0 until init has them. */
  mm: usize;
  prealloc: usize;
  /** The state of the address space. */
  paging: usize;
  rootSlots: usize;
  defaultSlots: usize;
  slotBlockSlabs: usize;
  rootSegmentSlabs: usize;

  ramAlloc: RamAllocFunction | null;
  ramFree: RamFreeFunction | null;
  /** Gives a slab allocator at least one page more: `slabDefaultRefill`. */
  defaultRefill: ((slabs: usize) => errval_t) | null;

  /** Number of the next unused slot of the base page CNode. */
  basePageNext: u32;
  /** Greater than 0 while the library allocates for its own records; see `ramAllocForLibrary`. */
  libraryDepth: u32;
  ramMinBase: u64;
  ramMaxLimit: u64;

  /** The program's name, zero-terminated. */
  name: usize;
  /** The argument structure, a `SpawnArgs`. */
  arguments: usize;
  bootinfo: usize;
  coreId: u32;
  /** Number of times that slab allocators got more memory. */
  refills: u32;
  /** Makes objects in one step; null if RAM must be allocated and retyped. */
  objectAlloc: ObjectAllocFunction | null;
}

if (offsetof<DomainState>("ramAlloc") != DomainLayout.RAM_ALLOC) ERROR("DomainState: ramAlloc");
if (offsetof<DomainState>("basePageNext") != DomainLayout.BASE_PAGE_NEXT) ERROR("DomainState: basePageNext");
if (offsetof<DomainState>("ramMinBase") != DomainLayout.RAM_MIN_BASE) ERROR("DomainState: ramMinBase");
if (offsetof<DomainState>("name") != DomainLayout.NAME) ERROR("DomainState: name");
if (offsetof<DomainState>("refills") != DomainLayout.REFILLS) ERROR("DomainState: refills");
if (offsetof<DomainState>("objectAlloc") != DomainLayout.OBJECT_ALLOC) ERROR("DomainState: objectAlloc");
if (offsetof<DomainState>() > <usize>DomainLayout.SIZE) ERROR("DomainState: size");

export const domain = changetype<DomainState>(memory.data(DomainLayout.SIZE, 16));
