/**
 * The CPU driver's capability system, naively: a map from slot to capability, and page tables as maps.
 *
 * A second opinion to compare the real one with, and an executable form of the specification. Every operation answers
 * with error names; one that is refused changes nothing, because all questions come before the first change.
 */
import type { Capability, Slot } from "./capability";
import { create } from "./create";
import { CSpace, type SlotName, type SlotPath } from "./cspace";
import { deleteCap, deleteSlot, type ReturnedMemory, revoke } from "./deletion";
import { type SetupRequest, setup } from "./dispatcher";
import { type Dump, dumpState } from "./dump";
import { checkDestroy, type MapRequest, map, modify, unmap } from "./mapping";
import { type MemoryRange, PageTables } from "./page-tables";
import { type Answer, answer } from "./refusal";
import { copy, mint, type RetypeRequest, retype } from "./retype";

export type {
  Answer,
  Capability,
  Dump,
  MapRequest,
  MemoryRange,
  ReturnedMemory,
  RetypeRequest,
  SetupRequest,
  Slot,
  SlotName,
  SlotPath,
};

/** The PandaBoard's. */
const DEFAULT_MEMORY: MemoryRange = { base: 0x80000000, bytes: 0x40000000 };
const DEFAULT_CNODES = 4;

export interface ModelOptions {
  /** CNodes of the driver's own CSpace, 256 slots each. */
  readonly cnodes?: number;
  /** What is memory, and not devices. */
  readonly memory?: MemoryRange;
}

export interface Identity {
  readonly type: string;
  readonly base: number;
  readonly bytes: number;
}

export class CapabilityModel {
  readonly space: CSpace;
  readonly tables: PageTables;
  /** Memory without an owner, from all operations so far. */
  readonly returned: ReturnedMemory[] = [];

  constructor(options: ModelOptions = {}) {
    this.space = new CSpace(options.cnodes ?? DEFAULT_CNODES);
    this.tables = new PageTables(options.memory ?? DEFAULT_MEMORY);
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

  revoke(slot: SlotName): Answer {
    return answer(() => this.returned.push(...revoke(this.space, this.tables, slot)));
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
  create(type: string, dst: SlotName): Answer {
    return answer(() => create(this.space, type, dst));
  }

  setup(request: SetupRequest): Answer {
    return answer(() => setup(this.space, request));
  }

  /** What the Kernel capability tells about any other. */
  identify(slot: SlotName): Answer & Partial<Identity> {
    let identity: Partial<Identity> = {};
    const given = answer(() => {
      const { type, base, bytes } = this.space.lookup(slot, "SYS_ERR_IDENTIFY_LOOKUP");
      identity = { type, base, bytes };
    });
    return { ...given, ...identity };
  }

  /** All there is to know, for comparing two states of one model. */
  snapshot(): string {
    return JSON.stringify([[...this.space.caps], [...this.space.running], this.tables.snapshot()]);
  }

  dump(): Dump {
    return dumpState(this.space, this.tables);
  }
}
