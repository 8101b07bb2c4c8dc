/** Lets the host make system calls with named arguments. `call-words.ts` packs the register words. */
import { RootSlot, rootSlotAddress, TaskSlot } from "../../system/kpi/cspace";
import { CapIdentityLayout, DebugCall } from "../../system/kpi/system-calls";
import type { Answer } from "./answer";
import type { CallMachine } from "./call-machine";
import * as words from "./call-words";

export interface Identity {
  type: number;
  base: number;
  bytes: number;
}

/** Address of the Kernel capability, which can identify every other capability. */
const KERNEL_CAP: words.SlotAddress = { address: rootSlotAddress(RootSlot.TASKCN) + TaskSlot.KERNELCAP };

export class SystemCalls {
  constructor(private readonly machine: Pick<CallMachine, "call" | "scratch">) {}

  retype(request: words.RetypeArguments): Answer {
    return this.machine.call(words.retypeWords(request));
  }

  copy(source: words.SlotAddress, to: words.Destination): Answer {
    return this.machine.call(words.copyWords(source, to));
  }

  mint(source: words.SlotAddress, to: words.Destination, parameters: [number, number]): Answer {
    return this.machine.call(words.mintWords(source, to, parameters));
  }

  delete(slot: words.SlotAddress): Answer {
    return this.machine.call(words.deleteWords(slot));
  }

  revoke(slot: words.SlotAddress): Answer {
    return this.machine.call(words.revokeWords(slot));
  }

  create(type: number, bytes: number, to: words.Destination): Answer {
    return this.machine.call(words.createWords(type, bytes, to));
  }

  /** `invoked` is the address of the root that is replaced. If absent, it is the caller's own root. */
  resize(newRoot: number, to: { cnode: number; slot: number }, invoked?: number): Answer {
    return this.machine.call(words.resizeWords(newRoot, to, invoked));
  }

  setupDispatcher(request: words.SetupArguments): Answer {
    return this.machine.call(words.dispatcherSetupWords(request));
  }

  map(request: words.MapArguments): Answer {
    return this.machine.call(words.mapWords(request));
  }

  unmap(table: words.SlotAddress, mapping: words.SlotAddress): Answer {
    return this.machine.call(words.unmapWords(table, mapping));
  }

  modify(request: words.ModifyArguments): Answer {
    return this.machine.call(words.modifyWords(request));
  }

  destroyMapping(mapping: words.SlotAddress): Answer {
    return this.machine.call(words.destroyMappingWords(mapping));
  }

  /** Identifies any capability through the Kernel capability. `identity` is null unless the call succeeds. */
  identify(slot: words.SlotAddress): { answer: Answer; identity: Identity | null } {
    const { address, bytes } = this.machine.scratch;
    const answer = this.machine.call(words.identifyCapWords(KERNEL_CAP, slot, address));
    if (!answer.ok) return { answer, identity: null };
    const long = (at: number) => Number(bytes.getBigUint64(at, true));
    const type = bytes.getUint32(CapIdentityLayout.TYPE, true);
    return { answer, identity: { type, base: long(CapIdentityLayout.BASE), bytes: long(CapIdentityLayout.BYTES) } };
  }

  /** Returns whether the mapping database keeps all its invariants. The CPU driver walks the whole database. */
  invariantsHold(): boolean {
    return this.debug(DebugCall.CHECK_INVARIANTS) === 1;
  }

  countCapabilities(): number {
    return this.debug(DebugCall.COUNT_CAPS);
  }

  countMappings(): number {
    return this.debug(DebugCall.COUNT_MAPPINGS);
  }

  private debug(code: DebugCall): number {
    return this.machine.call(words.debugWords(code)).value;
  }
}
