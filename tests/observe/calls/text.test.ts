/** A call of each kind in words: its name, arguments and answer, and what it changed. */
import { describe, expect, it } from "vitest";
import { RunEnded } from "../../../machines/calls/call-machine";
import * as words from "../../../machines/calls/call-words";
import { CALL_KINDS, type CallKind } from "../../../observe/calls/kinds";
import { Places } from "../../../observe/calls/places";
import { callText } from "../../../observe/calls/text";
import { CallTracer, type SystemCall } from "../../../observe/calls/tracer";
import type { Capability } from "../../../observe/decode/capability";
import { PhysicalReader } from "../../../observe/decode/memory-reader";
import { RootSlot, rootSlotAddress, TaskSlot } from "../../../system/kpi/cspace";
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
import { VRegionFlags } from "../../../system/kpi/types";
import { board, bootedMachine, L1_TABLE, place, RAM, slot } from "../machine";

const PAGE = 0x1000;
const SCRATCH = 0x400000;
/** An endpoint can lie after the dispatcher structure, which has this size. */
const DISPATCHER_BYTES = 1024;
const READ_WRITE = VRegionFlags.READ | VRegionFlags.WRITE;
const task = (index: TaskSlot) => ({ address: rootSlotAddress(RootSlot.TASKCN) + index });
const DISPATCHER = task(TaskSlot.DISPATCHER);
const KERNEL = task(TaskSlot.KERNELCAP);

class Session {
  private readonly booted = bootedMachine();
  private readonly reader = new PhysicalReader(this.booted.machine.memory.dram, board.dram.base);
  private readonly places = new Places(this.reader, this.booted.machine.kernelState);
  private readonly tracer = new CallTracer(this.reader, this.booted.machine.kernelState);
  private number = 0;
  private readonly ram = this.holds(RAM).base;
  private readonly others = new Map([
    [this.places.l1Table, "L1"],
    [this.holds(DISPATCHER).base, "DCB"],
    [this.places.root?.base, "ROOT"],
  ]);

  call(callWords: readonly number[]): SystemCall {
    const calls: SystemCall[] = [];
    const handle = () => {
      const { error, value } = this.booted.machine.call(callWords);
      return BigInt(error) | (BigInt(value) << 32n);
    };
    const padded = Array.from({ length: CallWords.MAX }, (_, index) => callWords[index] ?? 0);
    try {
      this.tracer.trace(++this.number, padded, handle, (call) => calls.push(call));
    } catch (error) {
      if (!(error instanceof RunEnded)) throw error;
    }
    return calls[0] as SystemCall;
  }

  /** Replaces physical addresses by names, because they depend on the sizes of the CPU driver and its programs. */
  named(text: string): string {
    return text.replace(/0x8[0-9a-f]{7}/g, (digits) => {
      const address = Number(digits);
      const isFree = address >= this.ram;
      return this.others.get(address) ?? (isFree ? `ram+${(address - this.ram).toString(16)}` : "kernel");
    });
  }

  private holds({ address }: words.SlotAddress): Capability {
    return this.places.lookUp(address, 2).holds as Capability;
  }
}

const invoke = (count: number, command: number, { address }: words.SlotAddress, ...rest: number[]) => [
  invokeWord(count, command, 2),
  address,
  ...rest,
];

interface Objects {
  offset?: number;
  objectSize?: number;
  count?: number;
  source?: words.SlotAddress;
}

const retype = (type: ObjType, to: number, objects: Objects = {}) => {
  const { offset = 0, objectSize = PAGE, count = 1, source = RAM } = objects;
  return words.retypeWords({ source, offset, type, objectSize, count, to: place(to) });
};
const map = (table: words.SlotAddress, source: number, entry: number, mapping: number, count = 1) =>
  words.mapWords({ table, source: slot(source), entry, flags: READ_WRITE, offset: 0, count, mapping: place(mapping) });

/** Slot 0: an L2 table, slot 3: its mapping. Slot 1: a frame of two pages, slot 2: its mapping. */
const TABLE = retype(ObjType.VNode_ARM_l2, 0, { objectSize: 0x400 });
const TWO_PAGES = retype(ObjType.Frame, 1, { offset: PAGE, objectSize: 2 * PAGE });
const MAPPED = [TABLE, map(L1_TABLE, 0, 0x100, 3), TWO_PAGES, map(slot(0), 1, 4, 2, 2)];
/** Slot 0: a dispatcher, slot 1: an endpoint of it. */
const ENDPOINT = [
  retype(ObjType.Dispatcher, 0, { objectSize: 0x400 }),
  retype(ObjType.EndPoint, 1, { source: slot(0), objectSize: 0 }),
];

const MINTED = words.mintWords(slot(1), place(2), [DISPATCHER_BYTES, 16]);

const CALLS: [kind: CallKind, before: number[][], call: number[], lines: string[]][] = [
  [
    "retype",
    [],
    retype(ObjType.Frame, 0, { offset: 4 * PAGE, count: 3 }),
    [
      "retype(source=0x00000300 (RAM ram+0 62.1 MiB), offset=0x4000, type=Frame, size=4 KiB, count=3, to=0x00000700 - 0x00000702) = ok",
      "+ 0x00000700 - 0x00000702 3 x Frame 4 KiB from ram+4000",
    ],
  ],
  [
    "copy",
    [TWO_PAGES],
    words.copyWords(slot(1), place(0)),
    ["copy(source=0x00000701 (Frame ram+1000 8 KiB), to=0x00000700) = ok", "+ 0x00000700 Frame ram+1000 8 KiB"],
  ],
  [
    "mint",
    ENDPOINT,
    MINTED,
    [
      "mint(source=0x00000701 (EndPoint at offset 0, 0 words), to=0x00000702, first=1024, second=16) = ok",
      "+ 0x00000702 EndPoint at offset 1024, 16 words",
    ],
  ],
  [
    "delete",
    [TWO_PAGES],
    words.deleteWords(slot(1)),
    ["delete(slot=0x00000701 (Frame ram+1000 8 KiB)) = ok", "- 0x00000701 Frame ram+1000 8 KiB"],
  ],
  [
    "delete",
    [TWO_PAGES],
    words.deleteExactWords(slot(1), 0x40000000, PAGE),
    ["delete(slot=0x00000701 (Frame ram+1000 8 KiB), base=0x40000000, size=4 KiB) = SYS_ERR_CAP_NOT_FOUND"],
  ],
  [
    "revoke",
    [
      retype(ObjType.RAM, 0, { objectSize: 4 * PAGE }),
      retype(ObjType.Frame, 1, { source: slot(0) }),
      words.copyWords(slot(0), place(2)),
    ],
    words.revokeWords(slot(0)),
    [
      "revoke(slot=0x00000700 (RAM ram+0 16 KiB)) = ok",
      "- 0x00000701 Frame ram+0 4 KiB",
      "- 0x00000702 RAM ram+0 16 KiB",
    ],
  ],
  [
    "create",
    [],
    words.createWords(ObjType.ID, 0, place(0)),
    ["create(type=ID, size=0 B, to=0x00000700) = ok", "+ 0x00000700 ID 0, 1"],
  ],
  ["get-state", [TWO_PAGES], words.getStateWords(slot(1)), ["get-state(slot=0x00000701 (Frame ram+1000 8 KiB)) = 0"]],
  [
    "resize",
    [retype(ObjType.L1CNode, 0, { objectSize: 0x8000 })],
    words.resizeWords(slot(0).address, { cnode: rootSlotAddress(RootSlot.SLOT_ALLOC0), slot: 1 }),
    [
      "resize(root=0x00000700 (L1CNode ram+0 32 KiB), old=0x00000701) = ok",
      "+ 0x00000701 L1CNode ROOT 16 KiB",
      "~ 0x00000002 L1CNode ram+0 32 KiB",
      "~ the dispatcher's CSpace L1CNode ram+0 32 KiB",
    ],
  ],
  [
    "map",
    [TABLE],
    map(L1_TABLE, 0, 0x100, 1),
    [
      "map(table=0x00000100 (VNode_ARM_l1 L1 16 KiB), entry=256, source=0x00000700 (VNode_ARM_l2 ram+0 1 KiB), offset=0, entries=1, flags=READ|WRITE, mapping=0x00000701) = ok",
      "+ 0x00000701 VNode_ARM_l2_Mapping of ram+0, 1 entry",
      "+ entry 256 of the L1 table L1 for 0x10000000 - 0x100fffff: table ram+0",
    ],
  ],
  [
    "map",
    MAPPED.slice(0, 3),
    map(slot(0), 1, 4, 2, 2),
    [
      "map(table=0x00000700 (VNode_ARM_l2 ram+0 1 KiB), entry=4, source=0x00000701 (Frame ram+1000 8 KiB), offset=0, entries=2, flags=READ|WRITE, mapping=0x00000702) = ok",
      "+ 0x00000702 Frame_Mapping of ram+1000, 2 entries",
      "+ entries 4-5 of the L2 table ram+0 for 0x10004000 - 0x10005fff: page ram+1000 rw- cached",
    ],
  ],
  [
    "unmap",
    MAPPED,
    words.unmapWords(slot(0), slot(2)),
    [
      "unmap(table=0x00000700 (VNode_ARM_l2 ram+0 1 KiB), mapping=0x00000702 (Frame_Mapping of ram+1000, 2 entries)) = ok",
      "~ 0x00000702 Frame_Mapping of ram+1000, void",
      "- entries 4-5 of the L2 table ram+0 for 0x10004000 - 0x10005fff",
    ],
  ],
  [
    "modify",
    MAPPED,
    words.modifyWords({ mapping: slot(2), offset: 1, pages: 1, flags: VRegionFlags.READ }),
    [
      "modify(mapping=0x00000702 (Frame_Mapping of ram+1000, 2 entries), first=1, entries=1, flags=READ) = ok",
      "~ entry 5 of the L2 table ram+0 for 0x10005000 - 0x10005fff: page ram+2000 r-- cached",
    ],
  ],
  [
    "destroy",
    MAPPED,
    words.destroyMappingWords(slot(2)),
    [
      "destroy(mapping=0x00000702 (Frame_Mapping of ram+1000, 2 entries)) = ok",
      "- 0x00000702 Frame_Mapping of ram+1000, 2 entries",
      "- entries 4-5 of the L2 table ram+0 for 0x10004000 - 0x10005fff",
    ],
  ],
  [
    "identify",
    [TWO_PAGES],
    words.identifyWords(slot(1), SCRATCH),
    ["identify(slot=0x00000701 (Frame ram+1000 8 KiB), buffer=0x00400000) = ok"],
  ],
  [
    "identify",
    [words.createWords(ObjType.ID, 0, place(0))],
    words.identifyIdWords(slot(0)),
    ["identify(slot=0x00000700 (ID 0, 1)) = 1"],
  ],
  [
    "identify-cap",
    [],
    words.identifyCapWords(KERNEL, task(TaskSlot.IRQ), SCRATCH),
    ["identify-cap(slot=0x00000005 (IRQTable), buffer=0x00400000) = 0"],
  ],
  ["core-id", [], invoke(CallWords.CoreId, KernelCmd.Get_core_id, KERNEL), ["core-id() = 0"]],
  ["platform", [], invoke(CallWords.CoreId, KernelCmd.Get_platform, KERNEL), ["platform() = 0"]],
  [
    "dispatcher-setup",
    [],
    words.dispatcherSetupWords({ dispatcher: DISPATCHER, cspace: 0, vspace: 0, frame: 0, run: false }),
    [
      "dispatcher-setup(dispatcher=0x00000001 (Dispatcher DCB 1 KiB), cspace=none, vspace=none, frame=none, run=0, other=none) = ok",
    ],
  ],
  [
    "dispatcher-properties",
    [],
    invoke(CallWords.DispatcherProperties, DispatcherCmd.Properties, DISPATCHER, 1, 2, 3, 4, 5, 6),
    [
      "dispatcher-properties(dispatcher=0x00000001 (Dispatcher DCB 1 KiB), task=1, deadline=2, execution=3, period=4, release=5, weight=6) = ok",
    ],
  ],
  [
    "perf-mon",
    [],
    invoke(CallWords.PerfMon, DispatcherCmd.PerfMon, DISPATCHER),
    ["perf-mon(dispatcher=0x00000001 (Dispatcher DCB 1 KiB)) = SYS_ERR_PERFMON_NOT_AVAILABLE"],
  ],
  [
    "dump-page-tables",
    [],
    invoke(CallWords.Dump, DispatcherCmd.DumpPTables, DISPATCHER),
    ["dump-page-tables(dispatcher=0x00000001 (Dispatcher DCB 1 KiB)) = ok"],
  ],
  [
    "dump-capabilities",
    [],
    invoke(CallWords.Dump, DispatcherCmd.DumpCapabilities, DISPATCHER),
    ["dump-capabilities(dispatcher=0x00000001 (Dispatcher DCB 1 KiB)) = ok"],
  ],
  [
    "irq-set",
    [...ENDPOINT, MINTED],
    invoke(CallWords.IrqSet, IrqTableCmd.Set, task(TaskSlot.IRQ), 70, slot(2).address),
    [
      "irq-set(line=70, endpoint=0x00000702 (EndPoint at offset 1024, 16 words)) = ok",
      "+ the slot at kernel EndPoint at offset 1024, 16 words",
    ],
  ],
  [
    "irq-delete",
    [],
    invoke(CallWords.IrqDelete, IrqTableCmd.Delete, task(TaskSlot.IRQ), 70),
    ["irq-delete(line=70) = SYS_ERR_IRQ_INVALID"],
  ],
  [
    "invoke",
    [],
    invoke(CallWords.Dump, 9, DISPATCHER),
    ["invoke(slot=0x00000001 (Dispatcher DCB 1 KiB), command=9, words=[]) = SYS_ERR_ILLEGAL_INVOCATION"],
  ],
  ["yield", [], words.yieldWords(), ["yield(to=none) = does not return"]],
  ["debug", [], words.debugWords(DebugCall.COUNT_MAPPINGS), ["debug(code=COUNT_MAPPINGS) = 34"]],
  ["nop", [], [callWord(SysCall.NOP, 1)], ["nop() = ok"]],
  ["print", [], words.printWords(SCRATCH, 3), ['print(text="", bytes=3) = ok']],
  ["getchar", [], [callWord(SysCall.GETCHAR, 1)], ["getchar() = -1"]],
  [
    "unknown",
    [],
    [callWord(9, 2), 5],
    ["unknown(number=9, words=[0x5, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0]) = SYS_ERR_ILLEGAL_SYSCALL"],
  ],
];

describe("a call in words", () => {
  it("each kind has an example", () => {
    expect([...new Set(CALLS.map(([kind]) => kind))]).toEqual(CALL_KINDS);
  });

  it.each(CALLS)("%s (%#)", (kind, before, callWords, lines) => {
    const session = new Session();
    for (const earlier of before) expect(session.call(earlier).answer?.name).toBe("SYS_ERR_OK");
    const call = session.call(callWords);
    expect(call.kind).toBe(kind);
    const text = session.named(callText(call).replace(/^ *\d+ /, ""));
    expect(text.split("\n").map((line) => line.trim())).toEqual(lines);
  });
});
