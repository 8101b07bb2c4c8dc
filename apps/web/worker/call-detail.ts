/** A call in words, with links to what it names and changes. */
import { type Answer, errName } from "../../../machines/calls/answer";
import type { Recording } from "../../../machines/hosted/recording/recording";
import type { Target, Value } from "../../../observe/calls/arguments";
import type { Change } from "../../../observe/calls/changes";
import { explainRefusal } from "../../../observe/calls/explain";
import type { CallKind } from "../../../observe/calls/kinds";
import { answerText, describeChanges, valueText } from "../../../observe/calls/text";
import { CallTracer, type SystemCall } from "../../../observe/calls/tracer";
import { type Capability, cnodeSlotAt, cnodeSlotCount } from "../../../observe/decode/capability";
import { PhysicalReader } from "../../../observe/decode/memory-reader";
import { errText } from "../../../system/kpi/errno";
import { ERR_CODE_BITS } from "../../../system/kpi/errval";
import type { Selection } from "../selection";

/** A text that may lead somewhere. */
export interface LinkedText {
  text: string;
  selection: Selection | null;
}

export interface CallDetail {
  number: number;
  kind: CallKind;
  outcome: "ok" | "refused" | "without-return";
  /** `ok`, a number, the names of the errors, or that it does not return. */
  answer: string;
  /** The codes of an error, the outermost first: name, and what the code means. */
  errors: { name: string; meaning: string }[];
  /** What is in the way, if that can be told. */
  explanation: LinkedText | null;
  arguments: (LinkedText & { name: string })[];
  changes: LinkedText[];
}

const slotSelection = (holds: Capability | null): Selection | null => holds && { kind: "slot", at: holds.at };

function targetSelection({ cnode: { holds }, slot }: Target): Selection | null {
  if (holds === null || slot >= cnodeSlotCount(holds)) return null;
  return { kind: "slot", at: cnodeSlotAt(holds, slot) };
}

function valueSelection(value: Value): Selection | null {
  switch (value.is) {
    case "slot":
      return slotSelection(value.slot.holds);
    case "target":
      return targetSelection(value.target);
    case "address":
      return { kind: "address", va: value.address };
    default:
      return null;
  }
}

const ENTRY_BYTES = 4;

function changeSelection(change: Change): Selection {
  if ("place" in change) return { kind: "slot", at: change.place.at };
  return { kind: "entry", at: change.table + ENTRY_BYTES * change.entry };
}

function errorsOf(answer: Answer): { name: string; meaning: string }[] {
  const errors: { name: string; meaning: string }[] = [];
  const mask = 2 ** ERR_CODE_BITS - 1;
  for (let rest = answer.error; rest !== 0; rest >>>= ERR_CODE_BITS) {
    const code = rest & mask;
    const name = errName(code);
    errors.push({ name, meaning: errText(code).slice(name.length + 2) });
  }
  return errors;
}

function explanationOf(call: SystemCall, memory: PhysicalReader, kernelState: number): LinkedText | null {
  const found = explainRefusal(call, memory, kernelState);
  if (found === null) return null;
  const { text, where } = found;
  return { text, selection: where && { kind: where.is, at: where.at } };
}

function describe(call: SystemCall, memory: PhysicalReader, kernelState: number): CallDetail {
  const { number, kind, answer } = call;
  const outcome = answer === null ? "without-return" : answer.ok ? "ok" : "refused";
  return {
    number,
    kind,
    outcome,
    answer: answerText(call),
    errors: answer?.ok === false ? errorsOf(answer) : [],
    explanation: explanationOf(call, memory, kernelState),
    arguments: call.arguments.map(({ name, value }) => ({
      name,
      text: valueText(value),
      selection: valueSelection(value),
    })),
    changes: describeChanges(call.changes).map(({ text, first }) => ({ text, selection: changeSelection(first) })),
  };
}

/** Traces a call again. Leaves memory at its exit. */
export function callDetail(past: Recording, number: number): CallDetail {
  const { words, result } = past.call(number);
  past.goTo({ call: number, at: "entry" });
  const memory = new PhysicalReader(past.dram, past.board.dram.base);
  const tracer = new CallTracer(memory, past.kernelState);
  let detail: CallDetail | null = null;
  const onCall = (call: SystemCall) => {
    detail = describe(call, memory, past.kernelState);
  };
  const noReturn = new Error("the call does not return");
  const handle = (): bigint => {
    past.goTo({ call: number, at: "exit" });
    if (result === null) throw noReturn;
    return result;
  };
  try {
    tracer.trace(number, [...words], handle, onCall);
  } catch (error) {
    if (error !== noReturn) throw error;
  }
  if (detail === null) throw new Error(`call ${number} cannot be described`);
  return detail;
}
