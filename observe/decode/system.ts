/**
 * Decodes a system from its memory. Each part is decoded when it is requested. With a `damage`, what cannot be read is
 * noted there and left out; without one, it throws.
 */
import { INIT_BOOTINFO_VBASE } from "../../system/kpi/init-space";
import { ObjType } from "../../system/kpi/object-types";
import { type AddressSpace, readAddressSpace, VirtualReader } from "./address-space";
import { type BootRegion, decodeBootInfo } from "./bootinfo";
import type { Capability } from "./capability";
import { type CSpace, readCSpace } from "./cspace";
import { type Damage, readable } from "./damage";
import { type Dcb, decodeDcb } from "./dcb";
import { decodeKernelState, type KernelState } from "./kernel-state";
import { type MdbObject, readMappingDatabase, relateObjects } from "./mapping-database";
import { type MappingView, readMappings } from "./mappings";
import type { PhysicalReader } from "./memory-reader";

export class System {
  readonly state: KernelState;

  /** `kernelState` is the physical address of the CPU driver's record. */
  constructor(
    readonly memory: PhysicalReader,
    kernelState: number,
    private readonly damage?: Damage,
  ) {
    this.state = decodeKernelState(memory, kernelState);
  }

  /** All capabilities in the order of the mapping database. */
  database(): Capability[] {
    return readMappingDatabase(this.memory, this.state, this.damage);
  }

  objects(): MdbObject[] {
    return relateObjects(this.database());
  }

  /** The running dispatcher. If none runs any more, the first one that still has a CSpace. */
  dispatcher(): Dcb | null {
    const { currentDcb } = this.state;
    if (currentDcb !== null) return this.dcb(currentDcb);
    const dispatchers = this.database().filter(({ type }) => type === ObjType.Dispatcher);
    return dispatchers.map(({ base }) => this.dcb(base)).find((dcb) => dcb?.cspace) ?? null;
  }

  cspace(): CSpace | null {
    const root = this.dispatcher()?.cspace;
    return root ? readCSpace(this.memory, root, this.damage) : null;
  }

  addressSpace(): AddressSpace | null {
    const vspace = this.dispatcher()?.vspace;
    return vspace ? readAddressSpace(this.memory, vspace.base, this.damage) : null;
  }

  mappings(): MappingView[] {
    return readMappings(this.database(), this.addressSpace());
  }

  /** Memory as the running program sees it. */
  userMemory(): VirtualReader | null {
    const vspace = this.dispatcher()?.vspace;
    return vspace ? new VirtualReader(this.memory, vspace.base) : null;
  }

  bootInfo(): BootRegion[] {
    const memory = this.userMemory();
    return memory ? decodeBootInfo(memory, INIT_BOOTINFO_VBASE, this.damage) : [];
  }

  private dcb(at: number): Dcb | null {
    return readable(this.damage, "dispatcher", at, () => decodeDcb(this.memory, at));
  }
}
