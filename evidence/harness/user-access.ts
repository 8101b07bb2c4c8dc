/**
 * Makes a program's loads and stores with the MMU that the machine gives to programs: through the TLB and with the
 * program's rights.
 */
import { FaultStatus } from "../../machines/hosted/mmu/fault-status";
import type { PhysicalMemory } from "../../machines/hosted/physical-memory";

interface Access extends WebAssembly.Exports {
  loadAddress(va: number, bytes: number): number;
  storeAddress(va: number, bytes: number): number;
}

class DataAbort extends Error {
  constructor(readonly status: number) {
    super(`data abort, DFSR 0x${status.toString(16)}`);
  }
}

export class UserAccess {
  private readonly access: Access;

  constructor(
    private readonly memory: PhysicalMemory,
    access: WebAssembly.Module,
  ) {
    const dataAbort = (_address: number, status: number) => {
      throw new DataAbort(status);
    };
    const instance = new WebAssembly.Instance(access, { env: { memory: memory.wasm }, kernel: { dataAbort } });
    this.access = instance.exports as Access;
  }

  load(va: number): number {
    return this.memory.all.getUint32(this.access.loadAddress(va, 4) >>> 0, true);
  }

  store(va: number, value: number): void {
    this.memory.all.setUint32(this.access.storeAddress(va, 4) >>> 0, value, true);
  }

  /** Physical address that a load accesses. */
  physical(va: number): number {
    return this.memory.region.base + (this.access.loadAddress(va, 4) >>> 0);
  }

  /** Fault status of a load, 0 if it succeeds. Leaves out the domain and whether the access was a write. */
  loadFault(va: number): number {
    return faultOf(() => this.load(va));
  }

  /** Fault status of a store, 0 if it succeeds. Does not change the memory. */
  storeFault(va: number): number {
    return faultOf(() => this.access.storeAddress(va, 4));
  }

  canRead(va: number): boolean {
    return this.loadFault(va) === 0;
  }

  canWrite(va: number): boolean {
    return this.storeFault(va) === 0;
  }
}

const STATUS_MASK = 0x40f;

function faultOf(access: () => void): number {
  try {
    access();
    return FaultStatus.NONE;
  } catch (error) {
    if (error instanceof DataAbort) return error.status & STATUS_MASK;
    throw error;
  }
}
