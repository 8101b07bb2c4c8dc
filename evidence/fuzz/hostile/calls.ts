/**
 * Generates hostile system calls as register words: valid calls, valid calls with one error, and random words.
 *
 * An attacker knows the interface. So most calls are made from templates, with addresses of existing objects and
 * numbers that almost fit, and then changed in one place.
 */

import * as words from "../../../machines/calls/call-words";
import { CPTR_ROOTCN, TaskSlot } from "../../../system/kpi/cspace";
import { INIT_VBASE } from "../../../system/kpi/init-space";
import { ObjType } from "../../../system/kpi/object-types";
import {
  CallWords,
  callWord,
  DebugCall,
  DispatcherCmd,
  IrqTableCmd,
  invokeWord,
  KernelCmd,
  SysCall,
} from "../../../system/kpi/system-calls";
import type { Random } from "../../model/random";
import { FREE, IRQ_LINE, IRQ_LINES, OBJECT_COUNT, OBJECTS, Obj, PAGES, RESERVED, SUPER, TASK } from "./victim";

const BOUNDARY = [0, 1, 2, 255, 256, 4096, 0x10000, 0x7fffffff, 0x80000000, 0xfffff000, 0xffffffff];
const WORD = 0x100000000;

export interface HostileCall {
  readonly words: readonly number[];
  /** A valid call that only reads. It must not change anything in the CPU driver, whatever it returns. */
  readonly isQuestion: boolean;
}

const RAM = [Obj.ram, Obj.ram, Obj.ram, Obj.noRam];
const QUESTIONS = [
  "identify",
  "identifyVNode",
  "identifyCap",
  "identifyId",
  "getState",
  "print",
  "ask",
  "nop",
] as const;

export class CallSource {
  constructor(
    private readonly random: Random,
    /** User address of memory that the caller has. */
    private readonly scratch: number,
  ) {}

  next(): HostileCall {
    return this.random.weighted<() => HostileCall>([
      [35, () => this.right()],
      [50, () => this.broken()],
      [15, () => ({ words: this.right().words.map((word, i) => (i < 2 ? word : this.anyValue())), isQuestion: false })],
      [8, () => ({ words: this.list(() => this.random.pick(BOUNDARY)), isQuestion: false })],
      [7, () => ({ words: this.list(() => this.random.below(WORD)), isQuestion: false })],
    ])();
  }

  private list(word: () => number): number[] {
    return Array.from({ length: CallWords.MAX }, word);
  }

  /** Changes one word of a valid call: to another value, or in one field or bit. */
  private broken(): HostileCall {
    const { random } = this;
    const list = [...this.right().words];
    const at = random.below(list.length);
    const old = list[at]!;
    const shift = 4 * random.below(8);
    list[at] = random.pick([
      random.pick(BOUNDARY),
      random.below(WORD),
      (old ^ (1 << random.below(32))) >>> 0,
      ((old & ~(0xf << shift)) | (random.below(16) << shift)) >>> 0,
      (old + random.pick([-1, 1, 0x1000, -0x1000])) >>> 0,
      this.address(),
    ]);
    return { words: list, isQuestion: false };
  }

  private anyValue(): number {
    const { random } = this;
    return random.pick([
      () => random.pick(BOUNDARY),
      () => this.address(),
      () => this.pointer(),
      () => random.below(WORD),
    ])();
  }

  private right(): HostileCall {
    const name = this.random.weighted(this.weights);
    return { words: this.templates[name](), isQuestion: (QUESTIONS as readonly string[]).includes(name) };
  }

  /** An address in the caller's CSpace, usually of an occupied slot. */
  private address(): number {
    const { random } = this;
    return random.weighted<() => number>([
      [12, () => OBJECTS + random.below(OBJECT_COUNT)],
      [6, () => FREE + random.below(8)],
      [2, () => TASK + random.below(TaskSlot.FREE)],
      [2, () => SUPER],
      [1, () => RESERVED + random.below(3)],
      [1, () => PAGES + random.below(31)],
      [1, () => random.below(16) << 8],
      [1, () => random.below(WORD)],
    ])();
  }

  /** A slot that may be lost: only rarely one that init itself needs. */
  private victim(): words.SlotAddress {
    const { random } = this;
    if (random.chance(0.01)) return this.slot();
    return { address: random.chance(0.7) ? FREE + random.below(8) : OBJECTS + random.below(OBJECT_COUNT) };
  }

  private slot(): words.SlotAddress {
    const { random } = this;
    const address = this.address();
    const root = random.chance(0.1) ? { root: random.pick([OBJECTS + Obj.l1CNode, this.address()]) } : {};
    return random.chance(0.1) ? { address, level: random.below(4), ...root } : { address, ...root };
  }

  private place(): words.Destination {
    const { random } = this;
    const slot = random.chance(0.05) ? random.pick(BOUNDARY) : random.below(8);
    if (random.chance(0.1)) return { root: OBJECTS + Obj.l1CNode, cnode: 0, level: random.below(2), slot };
    if (random.chance(0.1)) return { cnode: this.address(), level: random.below(3), slot };
    return { cnode: FREE, slot };
  }

  /** A user address for text or results. */
  private pointer(): number {
    const { random } = this;
    return random.weighted<() => number>([
      [6, () => this.scratch + random.below(0x2000)],
      [2, () => this.scratch + random.pick([-1, 0xfff, 0x1ffe, 0x1ff0, 0x2000])],
      [
        2,
        () =>
          random.pick([0, 4, INIT_VBASE - 8, INIT_VBASE, 0x7ffffff8, 0x7ffffff0, 0x80000000, 0x80010000, 0xfffffff8]),
      ],
      [1, () => random.below(WORD)],
    ])();
  }

  private flags(): number {
    return this.random.chance(0.1) ? this.random.pick(BOUNDARY) : this.random.below(16);
  }

  private count(): number {
    return this.random.chance(0.1) ? this.random.pick(BOUNDARY) : this.random.between(1, 4);
  }

  private type(): number {
    const { random } = this;
    return random.weighted<() => number>([
      [8, () => random.pick([ObjType.RAM, ObjType.Frame, ObjType.VNode_ARM_l2, ObjType.L2CNode, ObjType.Dispatcher])],
      [3, () => random.pick([ObjType.L1CNode, ObjType.VNode_ARM_l1, ObjType.DevFrame, ObjType.PhysAddr])],
      [2, () => random.pick([ObjType.EndPoint, ObjType.KernelControlBlock])],
      [2, () => random.below(ObjType.Num + 2)],
    ])();
  }

  private readonly weights: readonly (readonly [number, keyof CallSource["templates"]])[] = [
    [20, "retype"],
    [18, "copy"],
    [6, "mint"],
    [9, "remove"],
    [2, "revoke"],
    [2, "getState"],
    [3, "create"],
    [2, "resize"],
    [16, "map"],
    [6, "unmap"],
    [4, "modify"],
    [2, "destroy"],
    [3, "identify"],
    [2, "identifyVNode"],
    [4, "identifyCap"],
    [1, "identifyId"],
    [5, "setup"],
    [2, "properties"],
    [2, "dispatcher"],
    [4, "irq"],
    [2, "kernel"],
    [3, "print"],
    [2, "ask"],
    [1, "nop"],
    [2, "yield"],
    [1, "other"],
    [0.02, "end"],
  ];

  private readonly templates = {
    retype: () =>
      words.retypeWords({
        source: this.random.chance(0.6) ? { address: OBJECTS + this.random.pick(RAM) } : this.slot(),
        offset: this.random.chance(0.1) ? this.random.pick(BOUNDARY) : this.random.below(1024) * 4096,
        type: this.type(),
        objectSize: this.random.pick([0, 1024, 4096, 8192, 16384, 65536, 0x100000, this.random.pick(BOUNDARY)]),
        count: this.count(),
        to: this.place(),
      }),
    copy: () => words.copyWords(this.slot(), this.place()),
    mint: () =>
      words.mintWords(this.random.chance(0.5) ? { address: OBJECTS + Obj.endPoint } : this.slot(), this.place(), [
        this.random.pick([1024, 2048, 0x3fffc, this.random.pick(BOUNDARY)]),
        this.random.pick([1, 16, 64, this.random.pick(BOUNDARY)]),
      ]),
    remove: () => words.deleteWords(this.victim()),
    revoke: () => words.revokeWords(this.victim()),
    getState: () => words.getStateWords(this.slot()),
    create: () => words.createWords(this.random.chance(0.6) ? ObjType.ID : this.type(), 0, this.place()),
    resize: () =>
      words.resizeWords(
        this.random.chance(0.6) ? OBJECTS + this.random.pick([Obj.newRoot, Obj.smallRoot]) : this.address(),
        { cnode: this.random.chance(0.7) ? FREE : this.address(), slot: this.random.below(8) },
        this.random.chance(0.7) ? CPTR_ROOTCN : this.address(),
      ),
    map: () =>
      words.mapWords({
        table: this.random.chance(0.7)
          ? { address: OBJECTS + this.random.pick([Obj.l1Table, Obj.l2Table]) }
          : { address: this.address() },
        source: this.random.chance(0.6)
          ? { address: OBJECTS + this.random.pick([Obj.frame, Obj.bigFrame, Obj.oddFrame, Obj.devFrame, Obj.l2Table]) }
          : this.slot(),
        entry: this.random.pick([5, 7, this.random.below(32), 255, 2047, 2048, this.random.pick(BOUNDARY)]),
        flags: this.flags(),
        offset: this.random.pick([0, 0, 4096, 0x100000, this.random.pick(BOUNDARY)]),
        count: this.count(),
        mapping: this.place(),
      }),
    unmap: () =>
      words.unmapWords(
        { address: OBJECTS + this.random.pick([Obj.l1Table, Obj.l2Table]) },
        {
          address: this.random.chance(0.4)
            ? OBJECTS + this.random.pick([Obj.tableMapping, Obj.frameMapping])
            : this.address(),
        },
      ),
    modify: () =>
      words.modifyWords({
        mapping: { address: this.random.chance(0.5) ? OBJECTS + Obj.frameMapping : this.address() },
        offset: this.random.pick([0, 1, this.random.pick(BOUNDARY)]),
        pages: this.count(),
        flags: this.flags(),
      }),
    destroy: () => words.destroyMappingWords({ address: this.address() }),
    identify: () => words.identifyWords({ address: this.address() }, this.pointer()),
    identifyVNode: () => words.identifyVNodeWords({ address: OBJECTS + Obj.l2Table }, this.pointer()),
    identifyCap: () => words.identifyCapWords({ address: TASK + TaskSlot.KERNELCAP }, this.slot(), this.pointer()),
    identifyId: () => words.identifyIdWords({ address: OBJECTS + Obj.id }),
    setup: () => {
      const { random } = this;
      const dispatcher = { address: random.chance(0.6) ? OBJECTS + Obj.dispatcher : this.address() };
      // Often pass only the arguments that are checked last.
      const little = random.chance(0.4);
      const cspace = little ? 0 : random.pick([0, OBJECTS + Obj.l1CNode, this.address()]);
      const inner = () => (little ? 0 : random.pick([0, 1, 2, 3, 4, 5, this.address()]));
      const run = random.chance(0.4);
      const other = random.chance(0.4) ? this.address() : 0;
      return words.dispatcherSetupWords({ dispatcher, cspace, vspace: inner(), frame: inner(), run, other });
    },
    properties: () => {
      const list = Array.from({ length: 6 }, () => this.random.pick([0, 1, 2, 3, 100, this.random.pick(BOUNDARY)]));
      const word0 = invokeWord(CallWords.DispatcherProperties, DispatcherCmd.Properties, 2);
      return [word0, this.random.pick([OBJECTS + Obj.dispatcher, TASK + TaskSlot.DISPATCHER]), ...list];
    },
    dispatcher: () => {
      const command = this.random.pick([
        DispatcherCmd.PerfMon,
        DispatcherCmd.DumpPTables,
        DispatcherCmd.DumpCapabilities,
        3,
        6,
      ]);
      return [invokeWord(2, command, 2), OBJECTS + Obj.dispatcher];
    },
    irq: () => {
      const { random } = this;
      const line = random.pick([IRQ_LINE, random.below(4), IRQ_LINES - 1, IRQ_LINES, random.pick(BOUNDARY)]);
      const table = TASK + TaskSlot.IRQ;
      if (random.chance(0.3)) return [invokeWord(CallWords.IrqDelete, IrqTableCmd.Delete, 2), table, line];
      const endPoint = random.pick([OBJECTS + Obj.buffer, OBJECTS + Obj.endPoint, this.address()]);
      return [invokeWord(CallWords.IrqSet, IrqTableCmd.Set, 2), table, line, endPoint];
    },
    kernel: () => {
      const command = this.random.pick([KernelCmd.Get_core_id, KernelCmd.Get_platform, this.random.below(36)]);
      return [
        invokeWord(this.random.between(2, 5), command, 2),
        TASK + TaskSlot.KERNELCAP,
        this.address(),
        2,
        this.pointer(),
      ];
    },
    print: () => words.printWords(this.pointer(), this.random.pick([0, 1, 16, 5000, this.random.pick(BOUNDARY)])),
    ask: () => words.debugWords(this.random.between(DebugCall.COUNT_CAPS, DebugCall.DROPPED_MEMORY)),
    nop: () => [callWord(SysCall.NOP, this.random.below(16))],
    yield: () => words.yieldWords(this.random.pick([this.address() || 1, OBJECTS + Obj.endPoint])),
    other: () => [callWord(this.random.below(16), this.random.below(16)) | 0x100, this.address() || 1, this.pointer()],
    /** Calls that end the run legitimately. */
    end: () => (this.random.chance(0.5) ? words.yieldWords() : words.debugWords(DebugCall.EXIT, 7)),
  };
}
