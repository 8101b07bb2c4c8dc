/** Decodes the words of a system call into named arguments. `machines/calls/call-words.ts` packs them. */
import { CapLevel, CPTR_ROOTCN } from "../../system/kpi/cspace";
import { typeName } from "../../system/kpi/object-types";
import {
  CNodeCmd,
  callNumber,
  callWords,
  DebugCall,
  invokeCommand,
  invokeLevel,
  mapMappingLevel,
  mapRootsAreOwn,
  mapSourceLevel,
  retypeDestLevel,
  retypeSourceLevel,
  retypeType,
} from "../../system/kpi/system-calls";
import { L2_CNODE_BITS, L2_CNODE_SLOTS, VRegionFlags } from "../../system/kpi/types";
import type { MemoryReader } from "../decode/memory-reader";
import type { CallKind } from "./kinds";
import type { NamedSlot, Places } from "./places";

/** Slots that a call is to fill. */
export interface Target {
  cnode: NamedSlot;
  /** Number of the first slot in the CNode. */
  slot: number;
  count: number;
}

export type Value =
  | { is: "slot"; slot: NamedSlot }
  | { is: "target"; target: Target }
  | { is: "bytes"; bytes: number }
  | { is: "offset"; bytes: number }
  | { is: "number"; number: number }
  | { is: "address"; address: number }
  | { is: "name"; name: string; number: number }
  | { is: "names"; names: string[]; number: number }
  | { is: "text"; text: string }
  | { is: "words"; words: number[] };

export interface Argument {
  name: string;
  value: Value;
}

/** Longest text of a print that is read. */
const MOST_TEXT = 4096;

const FLAG_NAMES: readonly [VRegionFlags, string][] = [
  [VRegionFlags.READ, "READ"],
  [VRegionFlags.WRITE, "WRITE"],
  [VRegionFlags.EXECUTE, "EXECUTE"],
  [VRegionFlags.NOCACHE, "NOCACHE"],
  [VRegionFlags.MPB, "MPB"],
  [VRegionFlags.GUARD, "GUARD"],
];

/** The names of mapping flags. Bits without a name become one hexadecimal number. */
export function flagNames(flags: number): string[] {
  const names = FLAG_NAMES.filter(([flag]) => (flags & flag) !== 0).map(([, name]) => name);
  const known = FLAG_NAMES.reduce((bits, [flag]) => bits | flag, 0);
  const rest = (flags & ~known) >>> 0;
  return rest === 0 ? names : [...names, `0x${rest.toString(16)}`];
}

const DEBUG_NAMES: Record<number, string> = {
  [DebugCall.EXIT]: "EXIT",
  [DebugCall.COUNT_CAPS]: "COUNT_CAPS",
  [DebugCall.COUNT_MAPPINGS]: "COUNT_MAPPINGS",
  [DebugCall.COUNT_CALLS]: "COUNT_CALLS",
  [DebugCall.CYCLE_COUNTER]: "CYCLE_COUNTER",
  [DebugCall.CHECK_INVARIANTS]: "CHECK_INVARIANTS",
  [DebugCall.DROPPED_MEMORY]: "DROPPED_MEMORY",
};

const KIB = 1024;

const bytes = (count: number): Value => ({ is: "bytes", bytes: count });
const offset = (count: number): Value => ({ is: "offset", bytes: count });
const number = (value: number): Value => ({ is: "number", number: value });
const address = (value: number): Value => ({ is: "address", address: value });
const flags = (value: number): Value => ({ is: "names", names: flagNames(value), number: value });
const type = (value: number): Value => ({ is: "name", name: typeName(value), number: value });

/** Reads the arguments of one call. */
export class ArgumentReader {
  constructor(
    private readonly places: Places,
    /** The caller's memory; null if no program runs. */
    private readonly user: MemoryReader | null,
    private readonly words: readonly number[],
  ) {}

  /** The invoked capability. */
  invoked(): NamedSlot {
    return this.places.lookUp(this.word(1), invokeLevel(this.word(0)));
  }

  read(kind: CallKind): Argument[] {
    return Object.entries(this.values(kind)).map(([name, value]) => ({ name, value }));
  }

  private values(kind: CallKind): Record<string, Value> {
    const word = (index: number) => this.word(index);
    const mapRoot = (index: number) => (mapRootsAreOwn(word(11)) === 1 ? CPTR_ROOTCN : word(index));
    switch (kind) {
      case "retype":
        return {
          ...this.foreignRoot(),
          source: this.slot(word(3), retypeSourceLevel(word(5)), word(2)),
          offset: offset(word(4)),
          type: type(retypeType(word(5))),
          size: bytes(word(6)),
          count: number(word(7)),
          to: this.target(word(9), retypeDestLevel(word(5)), word(8), word(10), word(7)),
        };
      case "copy":
        return { ...this.foreignRoot(), ...this.copied() };
      case "mint":
        return { ...this.foreignRoot(), ...this.copied(), first: number(word(9)), second: number(word(10)) };
      case "delete": {
        const slot = this.slot(word(2), word(3), word(1));
        const isExact = invokeCommand(word(0)) === CNodeCmd.DeleteExact;
        return isExact ? { slot, base: address(word(4) * KIB), size: bytes(word(5) * KIB) } : { slot };
      }
      case "revoke":
      case "get-state":
        return { slot: this.slot(word(2), word(3), word(1)) };
      case "create":
        return {
          type: type(word(2)),
          size: bytes(word(3)),
          to: this.target(word(4), word(5), word(1), word(6), 1),
        };
      case "resize":
        return {
          ...this.foreignRoot(),
          root: this.slot(word(2)),
          old: this.target(word(3), CapLevel.L1, CPTR_ROOTCN, word(4), 1),
        };
      case "map":
        return {
          table: this.invokedValue(),
          entry: number(word(4)),
          source: this.slot(word(3), mapSourceLevel(word(11)), mapRoot(2)),
          offset: offset(word(6)),
          entries: number(word(7)),
          flags: flags(word(5)),
          mapping: this.target(word(9), mapMappingLevel(word(11)), mapRoot(8), word(10), 1),
        };
      case "unmap":
        return { table: this.invokedValue(), mapping: this.slot(word(2), word(3)) };
      case "modify":
        return {
          mapping: this.invokedValue(),
          first: number(word(2)),
          entries: number(word(3)),
          flags: flags(word(4)),
        };
      case "destroy":
        return { mapping: this.invokedValue() };
      case "identify":
        return callWords(word(0)) < 3
          ? { slot: this.invokedValue() }
          : { slot: this.invokedValue(), buffer: address(word(2)) };
      case "identify-cap":
        return { slot: this.slot(word(2), word(3)), buffer: address(word(4)) };
      case "dispatcher-setup":
        return {
          dispatcher: this.invokedValue(),
          cspace: this.slotOrNothing(word(2), word(3)),
          // The new CSpace contains these two.
          vspace: this.slotOrNothing(word(4), CapLevel.L2, word(2)),
          frame: this.slotOrNothing(word(5), CapLevel.L2, word(2)),
          run: number(word(6)),
          other: this.slotOrNothing(word(7)),
        };
      case "dispatcher-properties":
        return {
          dispatcher: this.invokedValue(),
          task: number(word(2)),
          deadline: number(word(3)),
          execution: number(word(4)),
          period: number(word(5)),
          release: number(word(6)),
          weight: number(word(7)),
        };
      case "irq-set":
        return { line: number(word(2)), endpoint: this.slot(word(3)) };
      case "irq-delete":
        return { line: number(word(2)) };
      case "core-id":
      case "platform":
      case "nop":
      case "getchar":
        return {};
      case "perf-mon":
      case "dump-page-tables":
      case "dump-capabilities":
        return { dispatcher: this.invokedValue() };
      case "yield":
        return { to: this.slotOrNothing(word(1)) };
      case "debug": {
        const name = DEBUG_NAMES[word(1)] ?? "unknown";
        const code: Value = { is: "name", name, number: word(1) };
        return word(1) === DebugCall.EXIT ? { code, status: number(word(2)) } : { code };
      }
      case "print":
        return { text: this.text(word(1), word(2)), bytes: number(word(2)) };
      case "invoke":
        return {
          slot: this.invokedValue(),
          command: number(invokeCommand(word(0))),
          words: { is: "words", words: this.words.slice(2, callWords(word(0))) },
        };
      case "unknown":
        return { number: number(callNumber(word(0))), words: { is: "words", words: this.words.slice(1) } };
    }
  }

  private word(index: number): number {
    return this.words[index] ?? 0;
  }

  private slot(at: number, level: number = CapLevel.L2, root: number = CPTR_ROOTCN): Value {
    return { is: "slot", slot: this.places.lookUp(at, level, root) };
  }

  /** An address of 0 names no capability. */
  private slotOrNothing(at: number, level: number = CapLevel.L2, root: number = CPTR_ROOTCN): Value {
    return at === 0 ? { is: "name", name: "none", number: 0 } : this.slot(at, level, root === 0 ? CPTR_ROOTCN : root);
  }

  private invokedValue(): Value {
    return { is: "slot", slot: this.invoked() };
  }

  /** The invoked root CNode, if it is another one than the caller's own. */
  private foreignRoot(): Record<string, Value> {
    return this.word(1) === CPTR_ROOTCN && invokeLevel(this.word(0)) === CapLevel.L2
      ? {}
      : { cnode: this.invokedValue() };
  }

  private copied(): Record<string, Value> {
    const word = (index: number) => this.word(index);
    return {
      source: this.slot(word(6), word(8), word(5)),
      to: this.target(word(3), word(7), word(2), word(4), 1),
    };
  }

  private target(cnode: number, level: number, root: number, slot: number, count: number): Value {
    return { is: "target", target: { cnode: this.places.lookUp(cnode, level, root), slot, count } };
  }

  /** A text in the caller's memory, as far as it is mapped. */
  private text(at: number, length: number): Value {
    const found: number[] = [];
    try {
      for (let index = 0; index < Math.min(length, MOST_TEXT); index++) {
        const byte = this.user?.u8(at + index) ?? 0;
        if (byte === 0) break;
        found.push(byte);
      }
    } catch {
      return { is: "address", address: at };
    }
    return { is: "text", text: new TextDecoder().decode(Uint8Array.from(found)) };
  }
}

/** Capability address of the first slot of a target; null unless it is a slot of the caller's own CSpace. */
export function targetAddress({ cnode, slot }: Target): number | null {
  if (cnode.root !== null) return null;
  if (cnode.level === CapLevel.ROOT) return slot * L2_CNODE_SLOTS;
  if (cnode.level !== CapLevel.L1 || slot >= L2_CNODE_SLOTS) return null;
  return (cnode.address >>> L2_CNODE_BITS) * L2_CNODE_SLOTS + slot;
}
