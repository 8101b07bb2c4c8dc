/**
 * Loads an ELF32 executable for ARM into init's address space.
 *
 *     header, 52 bytes         identification, type, machine, entry, place and number of the program headers
 *     program header, 32 bytes PT_LOAD: offset and bytes in the file, virtual address, bytes in memory, flags
 *
 * The loader does not trust the file. It checks everything before it allocates a page, and returns an error that says
 * what is wrong.
 */
import { ELF_ERR_ALLOCATE, ELF_ERR_FILESZ, ELF_ERR_HEADER, ELF_ERR_PROGHDR, SYS_ERR_OK } from "../../kpi/errno";
import { INIT_SEGMENTS_VBASE, INIT_SPACE_LIMIT } from "../../kpi/init-space";
import { ObjType } from "../../kpi/object-types";
import { sysErrIsFail, syserr_t } from "../../kpi/syserr";
import { BASE_PAGE_MASK, VRegionFlags } from "../../kpi/types";
import { localPhysToMem } from "../arch/armv7/phys";
import { bootAlloc } from "./boot-memory";
import { framesLeft, framesOfRange, mapForInit } from "./init-vspace";

const enum Elf {
  MAGIC = 0x464c457f,
  /** 32 bits, little-endian, version 1. */
  CLASS_DATA_VERSION = 0x010101,
  TYPE_EXEC = 2,
  MACHINE_ARM = 40,

  IDENT = 4,
  TYPE = 16,
  MACHINE = 18,
  ENTRY = 24,
  PHOFF = 28,
  PHENTSIZE = 42,
  PHNUM = 44,
  HEADER_SIZE = 52,

  PT_LOAD = 1,
  PT_TYPE = 0,
  PT_OFFSET = 4,
  PT_VADDR = 8,
  PT_FILESZ = 16,
  PT_MEMSZ = 20,
  PT_FLAGS = 24,
  PROGHDR_SIZE = 32,

  PF_X = 1,
  PF_W = 2,
  PF_R = 4,

  /** Size and alignment of an ARM instruction. */
  INSTRUCTION_SIZE = 4,
}

/** The executable file that is being loaded. */
class Image {
  static at: usize = 0;
  static bytes: u32 = 0;
}

/** Entry point of the last loaded executable. */
export class Loaded {
  static entry: u32 = 0;
}

function half(offset: u32): u32 {
  return load<u16>(Image.at + offset);
}

function word(offset: u32): u32 {
  return load<u32>(Image.at + offset);
}

function programHeader(index: u32): u32 {
  return word(Elf.PHOFF) + index * Elf.PROGHDR_SIZE;
}

/** Checks that the file is an executable for this machine and that its program headers lie in the file. */
function checkHeader(): syserr_t {
  if (Image.bytes < u32(Elf.HEADER_SIZE) || word(0) != Elf.MAGIC) return ELF_ERR_HEADER;
  if ((word(Elf.IDENT) & 0xffffff) != Elf.CLASS_DATA_VERSION) return ELF_ERR_HEADER;
  if (half(Elf.TYPE) != Elf.TYPE_EXEC || half(Elf.MACHINE) != Elf.MACHINE_ARM) return ELF_ERR_HEADER;
  if (half(Elf.PHNUM) == 0 || half(Elf.PHENTSIZE) != Elf.PROGHDR_SIZE) return ELF_ERR_PROGHDR;
  if (word(Elf.PHOFF) % 4 != 0) return ELF_ERR_PROGHDR;
  if (u64(word(Elf.PHOFF)) + half(Elf.PHNUM) * Elf.PROGHDR_SIZE > Image.bytes) return ELF_ERR_PROGHDR;
  return SYS_ERR_OK;
}

function isLoadable(header: u32): bool {
  return word(header + Elf.PT_TYPE) == Elf.PT_LOAD;
}

/** Does a segment take no memory? Then its address has no meaning. */
function isEmpty(header: u32): bool {
  return word(header + Elf.PT_MEMSZ) == 0;
}

/**
 * Checks that the bytes of a loadable segment lie in the file, and its addresses in the range for segments. Fields that
 * the loader does not use may have any value: the offset of a segment without bytes in the file, the address of an
 * empty segment, and the alignment (the loader copies the bytes, so file and memory need not be aligned alike).
 */
function checkSegment(header: u32): syserr_t {
  const fileBytes = word(header + Elf.PT_FILESZ);
  const memoryBytes = word(header + Elf.PT_MEMSZ);
  const start = word(header + Elf.PT_VADDR);
  if (fileBytes != 0 && u64(word(header + Elf.PT_OFFSET)) + fileBytes > Image.bytes) return ELF_ERR_FILESZ;
  if (fileBytes > memoryBytes) return ELF_ERR_FILESZ;
  if (isEmpty(header)) return SYS_ERR_OK;
  if (start < INIT_SEGMENTS_VBASE || u64(start) + memoryBytes > INIT_SPACE_LIMIT) return ELF_ERR_PROGHDR;
  return SYS_ERR_OK;
}

function pageStart(address: u32): u32 {
  return address & ~BASE_PAGE_MASK;
}

function pageEnd(address: u32): u32 {
  return (address + BASE_PAGE_MASK) & ~BASE_PAGE_MASK;
}

/** Do two loadable segments need the same page? */
function segmentsOverlap(a: u32, b: u32): bool {
  const aStart = word(a + Elf.PT_VADDR);
  const bStart = word(b + Elf.PT_VADDR);
  const aEnd = pageEnd(aStart + word(a + Elf.PT_MEMSZ));
  const bEnd = pageEnd(bStart + word(b + Elf.PT_MEMSZ));
  return pageStart(aStart) < bEnd && pageStart(bStart) < aEnd;
}

/** Number of frames for the pages of a segment. */
function framesOfSegment(header: u32): u32 {
  const start = word(header + Elf.PT_VADDR);
  const first = pageStart(start);
  return framesOfRange(first, pageEnd(start + word(header + Elf.PT_MEMSZ)) - first);
}

/** Is the segment executable, and does it contain the whole instruction at the entry point? */
function isEntered(header: u32): bool {
  const entry = word(Elf.ENTRY);
  const start = word(header + Elf.PT_VADDR);
  const end = u64(start) + word(header + Elf.PT_MEMSZ);
  return (word(header + Elf.PT_FLAGS) & Elf.PF_X) != 0 && entry >= start && u64(entry) + Elf.INSTRUCTION_SIZE <= end;
}

/**
 * Checks that all segments are valid and do not overlap, that start-up has enough slots for their frames, and that the
 * entry point is in an executable segment. The program starts in ARM state, so its address is a multiple of four.
 */
function checkSegments(): syserr_t {
  if (word(Elf.ENTRY) % Elf.INSTRUCTION_SIZE != 0) return ELF_ERR_HEADER;
  let holdsEntry = false;
  let frames: u32 = 0;
  for (let i: u32 = 0; i < half(Elf.PHNUM); i++) {
    const header = programHeader(i);
    if (!isLoadable(header)) continue;
    const err = checkSegment(header);
    if (sysErrIsFail(err)) return err;
    if (isEmpty(header)) continue;
    for (let j: u32 = 0; j < i; j++) {
      const other = programHeader(j);
      if (isLoadable(other) && !isEmpty(other) && segmentsOverlap(header, other)) return ELF_ERR_PROGHDR;
    }
    frames += framesOfSegment(header);
    if (frames > framesLeft()) return ELF_ERR_ALLOCATE;
    if (isEntered(header)) holdsEntry = true;
  }
  return holdsEntry ? SYS_ERR_OK : ELF_ERR_HEADER;
}

function flagsOf(header: u32): u32 {
  const flags = word(header + Elf.PT_FLAGS);
  let rights: u32 = VRegionFlags.READ;
  if (flags & Elf.PF_W) rights |= VRegionFlags.WRITE;
  if (flags & Elf.PF_X) rights |= VRegionFlags.EXECUTE;
  return rights;
}

function loadSegment(header: u32): void {
  const start = word(header + Elf.PT_VADDR);
  const first = pageStart(start);
  const bytes = pageEnd(start + word(header + Elf.PT_MEMSZ)) - first;
  const physical = bootAlloc(bytes);
  const target = localPhysToMem(physical) + (start - first);
  const fileBytes = word(header + Elf.PT_FILESZ);
  // A segment without bytes in the file may have any offset, so even a copy of 0 bytes could be out of bounds.
  if (fileBytes != 0) memory.copy(target, Image.at + word(header + Elf.PT_OFFSET), fileBytes);
  mapForInit(ObjType.Frame, first, physical, bytes, flagsOf(header));
}

/**
 * Loads the file of `bytes` at the pointer `at` and leaves its entry point in `Loaded`.
 * Errors: ELF_ERR_HEADER, ELF_ERR_PROGHDR, ELF_ERR_FILESZ; ELF_ERR_ALLOCATE if the segments take more frames than
 * start-up has slots for. After an error nothing is mapped.
 */
export function loadElf(at: usize, bytes: u32): syserr_t {
  Image.at = at;
  Image.bytes = bytes;
  let err = checkHeader();
  if (sysErrIsFail(err)) return err;
  err = checkSegments();
  if (sysErrIsFail(err)) return err;
  for (let i: u32 = 0; i < half(Elf.PHNUM); i++) {
    const header = programHeader(i);
    if (isLoadable(header) && !isEmpty(header)) loadSegment(header);
  }
  Loaded.entry = word(Elf.ENTRY);
  return SYS_ERR_OK;
}
