/**
 * The code that a program runs for each load and store: the path through the TLB.
 *
 * The linear addresses of a program are virtual addresses. Each access compares the tag of the page's TLB entry with
 * the address. If they are equal, the entry's addend turns the address into an offset in DRAM. Otherwise the program
 * calls `loadMiss` or `storeMiss` of machines/hosted/mmu/access.ts, which returns when the TLB holds a translation that
 * allows the access, or does not return. `loadAddress` and `storeAddress` in that file do the same in AssemblyScript.
 *
 * The code of a load, whose address is on the stack:
 *
 *     local.tee $address              i32.load READ_TAG of the entry      local.get $address
 *     i32.const 8                     local.get $address                  local.get $entry
 *     i32.shr_u                       i32.const page and low bits         i32.load ADDEND of the entry
 *     i32.const (ENTRIES - 1) * 16    i32.and                             i32.add
 *     i32.and                         i32.ne                              the load itself
 *     local.tee $entry                if: call $loadMiss
 *
 * A store first puts its value into a local variable, so that the address is translated after the value was computed.
 * WebAssembly takes the address from the stack first, but a processor translates it when it stores. The order matters
 * if the value comes from a call that changes the page tables.
 *
 * An access's constant offset is added to the address first. Otherwise a large offset on a page at a low physical
 * address would need a negative address, which WebAssembly does not have. The sum wraps at 4 GiB as on the hardware.
 */
import { Tlb } from "../machines/hosted/mmu/layout";
import type { CodeWriter } from "./wasm/code-writer";
import { type Instruction, LOADED_BYTES, Opcode, STORES, ValueType } from "./wasm/instructions";

const PAGE_MASK = 0xfffff000;
/** Shift and mask that turn an address into the offset of its entry from the start of the TLB. */
const ENTRY_SHIFT = 8;
const ENTRY_MASK = (Tlb.ENTRIES - 1) * Tlb.ENTRY_SIZE;
const WORD_ALIGNMENT = 2;

/** Numbers of the functions to call if the TLB has no translation that allows the access. */
export interface MissFunctions {
  load: number;
  store: number;
}

/** The local variables that the accesses of one function use. */
export class AccessLocals {
  private readonly types: ValueType[];

  /** `first` is the number of locals that the function has already. */
  constructor(
    private readonly first: number,
    instructions: readonly Instruction[],
  ) {
    const accesses = instructions.filter(({ opcode }) => LOADED_BYTES.has(opcode) || STORES.has(opcode));
    const values = accesses.flatMap(({ opcode }) => STORES.get(opcode)?.value ?? []);
    // The address, the entry, then one value of each type that is stored.
    this.types = accesses.length > 0 ? [ValueType.I32, ValueType.I32, ...new Set(values)] : [];
  }

  get groups(): { count: number; type: number }[] {
    return this.types.map((type) => ({ count: 1, type }));
  }

  get address(): number {
    return this.first;
  }

  get entry(): number {
    return this.first + 1;
  }

  value(type: ValueType): number {
    return this.first + this.types.indexOf(type, 2);
  }
}

/** Writes the access `instruction`, which must be a load or a store. */
export function writeAccess(
  code: CodeWriter,
  instruction: Instruction,
  locals: AccessLocals,
  miss: MissFunctions,
): void {
  const { opcode, immediates } = instruction;
  const [alignment, offset] = immediates as [number, number];
  const store = STORES.get(opcode);
  if (store) {
    const value = locals.value(store.value);
    code.op(Opcode.LOCAL_SET, value);
    writeTranslation(code, offset, store.bytes, Tlb.WRITE_TAG, miss.store, locals);
    code.op(Opcode.LOCAL_GET, value);
  } else {
    const bytes = LOADED_BYTES.get(opcode) as number;
    writeTranslation(code, offset, bytes, Tlb.READ_TAG, miss.load, locals);
  }
  code.op(opcode, alignment, 0);
}

/** Replaces the virtual address on the stack by the offset of its memory. */
function writeTranslation(
  code: CodeWriter,
  offset: number,
  bytes: number,
  tag: number,
  miss: number,
  { address, entry }: AccessLocals,
): void {
  if (offset !== 0) code.i32(offset).op(Opcode.I32_ADD);
  code.op(Opcode.LOCAL_TEE, address);
  code.i32(ENTRY_SHIFT).op(Opcode.I32_SHR_U).i32(ENTRY_MASK).op(Opcode.I32_AND);
  code.op(Opcode.LOCAL_TEE, entry);
  code.op(Opcode.I32_LOAD, WORD_ALIGNMENT, Tlb.BASE + tag);
  code
    .op(Opcode.LOCAL_GET, address)
    .i32(PAGE_MASK | (bytes - 1))
    .op(Opcode.I32_AND);
  code.op(Opcode.I32_NE).ifTrue();
  code.op(Opcode.LOCAL_GET, address).i32(bytes).op(Opcode.CALL, miss);
  code.op(Opcode.END);
  code.op(Opcode.LOCAL_GET, address);
  code.op(Opcode.LOCAL_GET, entry).op(Opcode.I32_LOAD, WORD_ALIGNMENT, Tlb.BASE + Tlb.ADDEND);
  code.op(Opcode.I32_ADD);
}
