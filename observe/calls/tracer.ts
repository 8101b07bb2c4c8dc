/**
 * Decodes the system calls of a program while it makes them.
 *
 *     const tracer = new CallTracer(memory, machine.kernelState);
 *     const answer = tracer.trace(7, words, () => handle(words), (call) => console.log(callText(call)));
 *
 * Decoding reads the system's memory before and after each call, and writes nothing.
 */
import { Answer } from "../../machines/calls/answer";
import { CallWords, callNumber, SysCall } from "../../system/kpi/system-calls";
import { L2_CNODE_SLOTS } from "../../system/kpi/types";
import { VirtualReader } from "../decode/address-space";
import { cnodeSlotAt, cnodeSlotCount } from "../decode/capability";
import type { PhysicalReader } from "../decode/memory-reader";
import { type Argument, ArgumentReader, type Target, type Value } from "./arguments";
import { type Change, ChangeTracker } from "./changes";
import { type CallKind, kindOf } from "./kinds";
import type { NamedSlot } from "./places";

export interface SystemCall {
  /** Number of the call since boot, from 1. After it, the machine's counter of system calls has this value. */
  number: number;
  kind: CallKind;
  /** The register words. */
  words: number[];
  arguments: Argument[];
  /** Null if the call does not return. */
  answer: Answer | null;
  /** Whether the value of the answer means something. */
  hasValue: boolean;
  changes: Change[];
}

const WITH_VALUE: readonly CallKind[] = ["get-state", "identify-cap", "core-id", "platform", "debug", "getchar"];
/** Calls that change slots without a change of the number of capabilities, or that can change many. */
const WIDE: readonly CallKind[] = ["revoke", "resize", "dispatcher-setup"];
/** The CPU driver reads at most this number of words. */
const MOST_WORDS = CallWords.MAX;

interface Pending {
  kind: CallKind;
  arguments: Argument[];
  hasValue: boolean;
  slots: number[];
  modified: { pte: number; count: number } | null;
}

export class CallTracer {
  private tracker: ChangeTracker | null = null;

  constructor(
    private readonly memory: PhysicalReader,
    private readonly kernelState: number,
  ) {}

  /**
   * Carries out a call with `handle`, and passes its description to `onCall`. If `handle` throws, because the call ends
   * the run, the description has no answer, and the error goes on to the caller.
   */
  trace(number: number, words: readonly number[], handle: () => bigint, onCall: (call: SystemCall) => void): bigint {
    const tracker = this.tracked();
    const unsigned = words.slice(0, MOST_WORDS).map((word) => word >>> 0);
    const pending = this.begin(tracker, unsigned);
    const report = (answer: Answer | null) => {
      const { kind, arguments: args, hasValue, slots, modified } = pending;
      const didModify = answer?.ok ? modified : null;
      const changes = answer === null ? [] : tracker.after(slots, didModify, answer.ok && WIDE.includes(kind));
      onCall({ number, kind, words: unsigned, arguments: args, answer, hasValue, changes });
    };
    let result: bigint;
    try {
      result = handle();
    } catch (error) {
      report(null);
      throw error;
    }
    report(new Answer(result));
    return result;
  }

  /** Forgets what it knows of the memory. Call it after calls that it did not trace. */
  forget(): void {
    this.tracker = null;
  }

  private tracked(): ChangeTracker {
    this.tracker ??= new ChangeTracker(this.memory, this.kernelState);
    return this.tracker;
  }

  private begin(tracker: ChangeTracker, words: readonly number[]): Pending {
    tracker.before();
    const { places } = tracker;
    const user = places.l1Table === null ? null : new VirtualReader(this.memory, places.l1Table);
    const reader = new ArgumentReader(places, user, words);
    const word0 = words[0] as number;
    const invoked = callNumber(word0) === SysCall.INVOKE ? reader.invoked().holds : null;
    const kind = kindOf(word0, invoked?.type ?? null);
    const args = reader.read(kind);
    const hasValue = WITH_VALUE.includes(kind) || (kind === "identify" && args.length === 1);
    const slots = args.flatMap(({ name, value }) => affected(tracker, kind, name, value));
    return { kind, arguments: args, hasValue, slots, modified: kind === "modify" ? modifiedBy(args) : null };
  }
}

/** Physical addresses of the slots that a call with this argument may change. */
function affected(tracker: ChangeTracker, kind: CallKind, name: string, value: Value): number[] {
  if (value.is === "target") return slotsOf(value.target);
  if (value.is !== "slot" || value.slot.holds === null) return [];
  const { holds } = value.slot;
  if (kind === "delete") return [holds.at, ...tracker.mappingsOf(holds)];
  return (kind === "unmap" || kind === "destroy") && name === "mapping" ? [holds.at] : [];
}

function slotsOf({ cnode, slot, count }: Target): number[] {
  const { holds } = cnode;
  if (holds === null) return [];
  const end = Math.min(slot + count, cnodeSlotCount(holds));
  const slots: number[] = [];
  for (let index = slot; index < end; index++) slots.push(cnodeSlotAt(holds, index));
  return slots;
}

function modifiedBy(args: readonly Argument[]): { pte: number; count: number } | null {
  const numberOf = (name: string) => {
    const value = args.find((argument) => argument.name === name)?.value;
    return value?.is === "number" ? value.number : 0;
  };
  const mapping = args.find(({ name }) => name === "mapping")?.value;
  const record = mapping?.is === "slot" ? mapping.slot.holds?.mapping : undefined;
  return record ? { pte: record.pte + 4 * numberOf("first"), count: numberOf("entries") } : null;
}

/** The physical addresses of the first byte and after the last byte of what is in a slot; null if it has no memory. */
export function memoryOf({ holds }: NamedSlot): { base: number; end: number } | null {
  return holds && holds.bytes > 0 ? { base: holds.base, end: holds.base + holds.bytes } : null;
}

/** Capability addresses that follow each other in a CNode differ by this number. */
export function addressStep(level: 1 | 2): number {
  return level === 1 ? L2_CNODE_SLOTS : 1;
}
