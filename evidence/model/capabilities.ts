/**
 * A simple model of the CPU driver's capability system: a map from slot to capability, and page tables as maps.
 *
 * The tests compare the real system with it, and it is an executable form of the specification. Every operation returns
 * error names. An operation that is refused changes nothing, because all checks come before the first change.
 */
import {
  type Identity,
  type MapRequest,
  NO_ANSWER,
  type Outcome,
  type ResizeRequest,
  type RetypeRequest,
  type SetupRequest,
  type SlotName,
  type TypeWord,
} from "../../observe/traces/operation";
import type { Dump, MemoryRange } from "../../observe/traces/trace";
import type { Capability, Slot } from "./capability";
import { create } from "./create";
import { CSpace } from "./cspace";
import { deleteCap, deleteSlot, type ReturnedMemory, revoke } from "./deletion";
import { setup } from "./dispatcher";
import { dumpState } from "./dump";
import { checkDestroy, map, modify, unmap } from "./mapping";
import { PageTables } from "./page-tables";
import { type Answer, answer } from "./refusal";
import { resize } from "./resize";
import { copy, mint, retype } from "./retype";

const ALL_ADDRESSES: MemoryRange = { base: 0, bytes: 2 ** 32 };

export class CapabilityModel {
  /** The memory without an owner that all operations so far have left. */
  readonly returned: ReturnedMemory[] = [];

  constructor(
    readonly space: CSpace,
    readonly tables: PageTables,
  ) {}

  /**
   * Makes a model. `cnodes` is the number of CNodes in the driver's own CSpace, with 256 slots each. `memory` is the
   * range of addresses that are memory, not devices.
   */
  static create(cnodes: number, memory: MemoryRange = ALL_ADDRESSES): CapabilityModel {
    return new CapabilityModel(new CSpace(cnodes), new PageTables(memory));
  }

  /** Makes another model with the same state. The copy has no returned memory. */
  clone(): CapabilityModel {
    return new CapabilityModel(this.space.clone(), this.tables.clone());
  }

  /** Puts a capability into a slot without any check, as start-up does. */
  place(slot: Slot, cap: Capability): void {
    this.space.caps.set(slot, cap);
  }

  retype(request: RetypeRequest): Answer {
    return answer(() => retype(this.space, this.tables.memory, request));
  }

  copy(src: SlotName, dst: SlotName): Answer {
    return answer(() => copy(this.space, src, dst));
  }

  mint(src: SlotName, dst: SlotName, param1: number, param2: number): Answer {
    return answer(() => mint(this.space, src, dst, param1, param2));
  }

  delete(slot: SlotName): Answer {
    return answer(() => this.returned.push(...deleteCap(this.space, this.tables, slot)));
  }

  /**
   * Revokes a capability. A revoke that deletes the driver's own CSpace returns no answer, and the model is unusable
   * afterwards.
   */
  revoke(slot: SlotName): Answer {
    const given = answer(() => this.returned.push(...revoke(this.space, this.tables, slot)));
    return this.space.driverRoot ? given : { err: NO_ANSWER, stack: [NO_ANSWER] };
  }

  map(request: MapRequest): Answer {
    return answer(() => map(this.space, this.tables, request));
  }

  unmap(vnode: SlotName, mapping: SlotName): Answer {
    return answer(() => unmap(this.space, this.tables, vnode, mapping));
  }

  /** Sets new access flags for `pages` entries of a mapping. */
  modify(mapping: SlotName, offset: number, pages: number, flags: number): Answer {
    return answer(() => modify(this.space, this.tables, mapping, offset, pages, flags));
  }

  /** Unmaps and deletes a mapping. */
  destroy(mapping: SlotName): Answer {
    return answer(() => {
      const slot = checkDestroy(this.space, mapping);
      this.returned.push(...deleteSlot(this.space, this.tables, slot));
    });
  }

  /** Makes a capability without a source. Only one type allows this. */
  create(type: TypeWord, dst: SlotName): Answer {
    return answer(() => create(this.space, type, dst));
  }

  resize(request: ResizeRequest): Answer {
    return answer(() => resize(this.space, request));
  }

  setup(request: SetupRequest): Answer {
    return answer(() => setup(this.space, request));
  }

  /** Returns what an identify call of the Kernel capability returns. */
  identify(slot: SlotName): Outcome {
    let identity: Identity | undefined;
    const given = answer(() => {
      const { type, base, bytes } = this.space.lookup(slot, "SYS_ERR_IDENTIFY_LOOKUP");
      identity = { type, base, bytes };
    });
    return { ...given, ...(identity ? { identity } : {}) };
  }

  /** The complete state, for comparing two states of one model. */
  snapshot(): string {
    return JSON.stringify([[...this.space.caps], [...this.space.running], this.tables.snapshot()]);
  }

  dump(): Dump {
    return dumpState(this.space, this.tables);
  }
}
