/**
 * The CPU driver's capability system, naively: a map from slot to capability, and page tables as maps.
 *
 * A second opinion to compare the real one with, and an executable form of the specification. Every operation answers
 * with error names; one that is refused changes nothing, because all questions come before the first change.
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
  /** Memory without an owner, from all operations so far. */
  readonly returned: ReturnedMemory[] = [];

  constructor(
    readonly space: CSpace,
    readonly tables: PageTables,
  ) {}

  /** `cnodes`: of the driver's own CSpace, 256 slots each. `memory`: what is memory, and not devices. */
  static create(cnodes: number, memory: MemoryRange = ALL_ADDRESSES): CapabilityModel {
    return new CapabilityModel(new CSpace(cnodes), new PageTables(memory));
  }

  /** Another one in the same state; memory that has been returned is forgotten. */
  clone(): CapabilityModel {
    return new CapabilityModel(this.space.clone(), this.tables.clone());
  }

  /** Puts a capability into a slot without asking, as start-up does. */
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

  /** No answer comes from a revoke that takes the driver's own CSpace. The model is of no use afterwards. */
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

  /** Other access flags for `pages` entries of a mapping. */
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

  /** A capability out of nothing, of the one type of which that is possible. */
  create(type: TypeWord, dst: SlotName): Answer {
    return answer(() => create(this.space, type, dst));
  }

  resize(request: ResizeRequest): Answer {
    return answer(() => resize(this.space, request));
  }

  setup(request: SetupRequest): Answer {
    return answer(() => setup(this.space, request));
  }

  /** What the Kernel capability tells about any other. */
  identify(slot: SlotName): Outcome {
    let identity: Identity | undefined;
    const given = answer(() => {
      const { type, base, bytes } = this.space.lookup(slot, "SYS_ERR_IDENTIFY_LOOKUP");
      identity = { type, base, bytes };
    });
    return { ...given, ...(identity ? { identity } : {}) };
  }

  /** All there is to know, for comparing two states of one model. */
  snapshot(): string {
    return JSON.stringify([[...this.space.caps], [...this.space.running], this.tables.snapshot()]);
  }

  dump(): Dump {
    return dumpState(this.space, this.tables);
  }
}
