/** A system call as an object for programs. `typefish calls --json` prints one such object a line. */
import { type Capability, rightsText } from "../decode/capability";
import { targetAddress, type Value } from "./arguments";
import type { Change } from "./changes";
import type { NamedSlot } from "./places";
import type { SystemCall } from "./tracer";

export interface JsonCapability {
  type: string;
  base: number;
  bytes: number;
  rights: string;
  /** For a mapping. */
  mapping?: { pte: number; entries: number; isVoid: boolean };
}

export interface JsonCall {
  number: number;
  /** Id of the scenario that makes the call; null outside of scenarios. */
  scenario: string | null;
  call: string;
  words: number[];
  arguments: Record<string, unknown>;
  ok: boolean;
  /** Names of the error's codes, the outermost first. Empty if the call succeeded or did not return. */
  errors: string[];
  /** Null unless the call succeeded and returns a value. */
  value: number | null;
  returns: boolean;
  changes: object[];
}

function jsonCapability({ typeName, base, bytes, rights, mapping }: Capability): JsonCapability {
  const record = mapping && { pte: mapping.pte, entries: mapping.count, isVoid: mapping.isVoid };
  return { type: typeName, base, bytes, rights: rightsText(rights), ...(record ? { mapping: record } : {}) };
}

function jsonSlot({ address, level, root, holds }: NamedSlot): object {
  return { address, level, root, holds: holds ? jsonCapability(holds) : null };
}

function jsonValue(value: Value): unknown {
  switch (value.is) {
    case "slot":
      return jsonSlot(value.slot);
    case "target": {
      const { cnode, slot, count } = value.target;
      return { address: targetAddress(value.target), cnode: jsonSlot(cnode), slot, count };
    }
    case "bytes":
    case "offset":
      return value.bytes;
    case "number":
      return value.number;
    case "address":
      return value.address;
    case "name":
      return value.name === "unknown" ? value.number : value.name;
    case "names":
      return value.names;
    case "text":
      return value.text;
    case "words":
      return value.words;
  }
}

function jsonChange(change: Change): object {
  if (!("place" in change)) return change;
  const { what, place, capability } = change;
  return { what, slot: place, capability: jsonCapability(capability) };
}

export function callJson(call: SystemCall, scenario: string | null = null): JsonCall {
  const { number, kind, words, answer, hasValue, changes } = call;
  return {
    number,
    scenario,
    call: kind,
    words,
    arguments: Object.fromEntries(call.arguments.map(({ name, value }) => [name, jsonValue(value)])),
    ok: answer?.ok ?? true,
    errors: answer === null || answer.ok ? [] : answer.names,
    value: answer?.ok && hasValue ? answer.value : null,
    returns: answer !== null,
    changes: changes.map(jsonChange),
  };
}
