/**
 * Fills the TLB with the program's accesses before each operation. After the operation, the TLB's answers must agree
 * with the model's page tables. This finds forgotten flushes, which memory does not show.
 *
 * The TLB is filled by loads made like a program's. If several L1 tables could be the active one, the one with the most
 * mappings is used.
 */
import type { DirectMachine } from "../../machines/hosted/direct/direct-machine";
import { Register, Tlb } from "../../machines/hosted/mmu/layout";
import type { MachineSystem } from "../../observe/traces/machine/system";
import type { UserAccess } from "../harness/user-access";
import type { CapabilityModel } from "../model/capabilities";
import { mappedRanges } from "../model/mmu";
import { type AccessKind, expectation } from "./translation";

const PAGE_MASK = 0xfffff000;
/** Maximum number of addresses in each round. With as many as the TLB has entries, they would replace each other. */
const MOST_ADDRESSES = 64;

const isRoot = ({ type }: { type: string }): boolean => type === "VNode_ARM_l1";

export class FilledTlb {
  /** The model's address of the active L1 table; null if there is none. */
  private root: number | null = null;
  private addresses: readonly number[] = [];

  constructor(
    private readonly machine: DirectMachine,
    private readonly user: UserAccess,
    private readonly system: MachineSystem,
  ) {}

  /** Accesses the first and the last page of each mapped range. Model and machine must be in the same state. */
  fill({ space, tables }: CapabilityModel): void {
    const roots = [...new Set(space.where(isRoot).map((slot) => space.at(slot)!.base))];
    const mapped = roots.map((base) => ({ base, ranges: mappedRanges(tables, base) }));
    const largest = mapped.sort((a, b) => b.ranges.length - a.ranges.length)[0];
    const ends = (largest?.ranges ?? []).flatMap(({ virtual, bytes }) => [virtual, virtual + bytes - 4]);
    this.access(largest?.base ?? null, ends.slice(-MOST_ADDRESSES));
  }

  /** Empties the TLB after the host has put the machine into another state. */
  empty(): void {
    new Uint8Array(this.machine.memory.wasm.buffer, Tlb.BASE, Tlb.BYTES).fill(0xff);
  }

  /** Accesses addresses through an L1 table, given by its address in the model. */
  access(root: number | null, addresses: readonly number[]): void {
    this.root = root;
    this.addresses = addresses.length > 0 ? this.running(() => addresses.filter((va) => this.user.canRead(va))) : [];
  }

  /** Differences between the answers of TLB and model after both have performed an operation. */
  compare(model: CapabilityModel): string[] {
    const { root } = this;
    if (root === null || this.addresses.length === 0) return [];
    const exists = model.space.some((cap) => isRoot(cap) && cap.base === root);
    // If the table no longer exists, nothing can be walked, so only the TLB is checked.
    if (!exists)
      return this.addresses.filter((va) => this.holds(va)).map((va) => this.wrong(va, "read", "no table", "a page"));
    return this.running(() =>
      this.addresses.flatMap((va) =>
        (["read", "write"] as const).flatMap((kind) => {
          const [expected, found] = [expectation(model, root, va, kind), this.answer(va, kind)];
          return expected === found ? [] : [this.wrong(va, kind, expected, found)];
        }),
      ),
    );
  }

  private wrong(va: number, kind: AccessKind, expected: string, found: string): string {
    return `${kind} of 0x${va.toString(16)} through the TLB: model ${expected}, MMU ${found}`;
  }

  private answer(va: number, kind: "read" | "write"): string {
    const status = kind === "read" ? this.user.loadFault(va) : this.user.storeFault(va);
    if (status !== 0) return `fault ${status}`;
    return `0x${this.system.space.addresses.toTrace(this.user.physical(va)).toString(16)}`;
  }

  private holds(va: number): boolean {
    const entry = Tlb.BASE + ((va >>> 12) % Tlb.ENTRIES) * Tlb.ENTRY_SIZE;
    return this.machine.memory.all.getUint32(entry + Tlb.READ_TAG, true) === (va & PAGE_MASK) >>> 0;
  }

  /** Calls `what` with the table as the active one. */
  private running<T>(what: () => T): T {
    const { all } = this.machine.memory;
    const own = all.getUint32(Register.TTBR0, true);
    if (this.root !== null) all.setUint32(Register.TTBR0, this.system.space.addresses.toBoard(this.root), true);
    try {
      return what();
    } finally {
      all.setUint32(Register.TTBR0, own, true);
    }
  }
}
