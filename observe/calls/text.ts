/**
 * Shows a system call in words: a line for the call, and an indented line for each change.
 *
 *      1234  retype(source=0x00000300 (RAM 0x8026c000 1021 MiB), ..., type=Frame, ..., to=0x00000700) = ok
 *            + 0x00000700 Frame 0x8026c000 4 KiB
 */
import { CapLevel, CPTR_ROOTCN } from "../../system/kpi/cspace";
import type { Capability } from "../decode/capability";
import { counted, formatAddress, formatBytes } from "../text/quantities";
import { type Target, targetAddress, type Value } from "./arguments";
import type { Change, EntryChange, SlotChange } from "./changes";
import type { NamedSlot, Place } from "./places";
import { addressStep, type SystemCall } from "./tracer";

const NUMBER_WIDTH = 8;

/** A capability in a few words: its type, and its memory or what else distinguishes it. */
export function capabilityText({ typeName, base, bytes, mapping, endpoint, numbers }: Capability): string {
  if (mapping) {
    const entries = mapping.isVoid ? "void" : counted(mapping.count, "entry", "entries");
    return `${typeName} of ${formatAddress(base)}, ${entries}`;
  }
  if (endpoint) return `${typeName} at offset ${endpoint.offset}, ${counted(endpoint.words, "word")}`;
  if (numbers) return `${typeName} ${numbers.join(", ")}`;
  return bytes === 0 ? typeName : `${typeName} ${formatAddress(base)} ${formatBytes(bytes)}`;
}

function addressText(address: number, level: number): string {
  if (level === CapLevel.ROOT) return "root CNode";
  if (level === CapLevel.L1) return `root slot ${address >>> 8}`;
  return level === CapLevel.L2 ? formatAddress(address) : `${formatAddress(address)} at level ${level}`;
}

function slotText({ address, level, root, holds }: NamedSlot): string {
  const within = root === null ? "" : ` in the CSpace of ${formatAddress(root)}`;
  if (root === null && address === CPTR_ROOTCN && level === CapLevel.L2) return "own root CNode";
  return `${addressText(address, level)}${within} (${holds ? capabilityText(holds) : "nothing"})`;
}

function targetText(target: Target): string {
  const { cnode, slot, count } = target;
  const first = targetAddress(target);
  if (first === null) {
    const slots = count > 1 ? `slots ${slot}-${slot + count - 1}` : `slot ${slot}`;
    return `${slots} of ${slotText(cnode)}`;
  }
  const level = cnode.level === CapLevel.ROOT ? 1 : 2;
  return rangeText({ address: first, level, at: 0 }, count);
}

/** The addresses of `count` slots that follow each other. */
function rangeText({ address, level, at, use }: Place, count: number): string {
  if (address === null) return use ? `the dispatcher's ${use}` : `the slot at ${formatAddress(at)}`;
  const last = address + (count - 1) * addressStep(level);
  const text = addressText(address, level);
  return count > 1 ? `${text} - ${addressText(last, level)}` : text;
}

function exactBytes(bytes: number): string {
  const text = formatBytes(bytes);
  return text.includes(".") ? `0x${bytes.toString(16)} B` : text;
}

/** An argument's value in words. */
export function valueText(value: Value): string {
  switch (value.is) {
    case "slot":
      return slotText(value.slot);
    case "target":
      return targetText(value.target);
    case "bytes":
      return exactBytes(value.bytes);
    case "offset":
      return value.bytes === 0 ? "0" : `0x${value.bytes.toString(16)}`;
    case "number":
      return String(value.number);
    case "address":
      return formatAddress(value.address);
    case "name":
      return value.name === "unknown" ? `unknown ${value.number}` : value.name;
    case "names":
      return value.names.join("|") || "0";
    case "text":
      return JSON.stringify(value.text);
    case "words":
      return `[${value.words.map((word) => `0x${word.toString(16)}`).join(", ")}]`;
  }
}

/** The answer in words: `ok`, a number, or the names of the errors. */
export function answerText({ kind, answer, hasValue }: SystemCall): string {
  if (answer === null) return "does not return";
  if (!answer.ok) return answer.names.join(" < ");
  if (!hasValue) return "ok";
  return String(kind === "getchar" ? answer.value | 0 : answer.value);
}

const SIGNS: Record<Change["what"], string> = {
  filled: "+",
  emptied: "-",
  changed: "~",
  mapped: "+",
  unmapped: "-",
  remapped: "~",
};

/** Slots that follow each other, with capabilities of one type and size whose memory follows, too. */
interface SlotRun {
  first: SlotChange;
  count: number;
}

function continues({ first, count }: SlotRun, next: SlotChange): boolean {
  const { place, capability } = first;
  return (
    next.what === first.what &&
    place.address !== null &&
    next.place.address === place.address + count * addressStep(place.level) &&
    next.place.level === place.level &&
    next.capability.type === capability.type &&
    next.capability.bytes === capability.bytes &&
    capability.bytes > 0 &&
    next.capability.base === capability.base + count * capability.bytes
  );
}

function slotRunText({ first, count }: SlotRun): string {
  const { what, place, capability } = first;
  const where = rangeText(place, count);
  if (count === 1) return `${SIGNS[what]} ${where} ${capabilityText(capability)}`;
  const { typeName, base, bytes } = capability;
  return `${SIGNS[what]} ${where} ${count} x ${typeName} ${formatBytes(bytes)} from ${formatAddress(base)}`;
}

function entryText({ what, level, table, entry, entries, virtual, bytes, leadsTo }: EntryChange): string {
  const numbers = entries === 1 ? `entry ${entry}` : `entries ${entry}-${entry + entries - 1}`;
  const where = `${numbers} of the L${level} table ${formatAddress(table)}`;
  const addresses = virtual === null ? "" : ` for ${formatAddress(virtual)} - ${formatAddress(virtual + bytes - 1)}`;
  if (leadsTo === null) return `${SIGNS[what]} ${where}${addresses}`;
  const { kind, address, access, executeNever, device, cached } = leadsTo;
  const target = `${kind} ${formatAddress(address)}`;
  if (kind === "table") return `${SIGNS[what]} ${where}${addresses}: ${target}`;
  const rights = `${access.padEnd(2, "-")}${executeNever ? "-" : "x"}`;
  const memory = device ? "device" : cached ? "cached" : "not cached";
  return `${SIGNS[what]} ${where}${addresses}: ${target} ${rights} ${memory}`;
}

function isSlotChange(change: Change): change is SlotChange {
  return "place" in change;
}

/** A line in words, and the first of the changes that it describes. */
export interface ChangeLine {
  text: string;
  first: Change;
}

/** A line for each change. Slots that follow each other share a line. */
export function describeChanges(changes: readonly Change[]): ChangeLine[] {
  const runs: (SlotRun | EntryChange)[] = [];
  for (const change of changes) {
    const last = runs.at(-1);
    if (!isSlotChange(change)) runs.push(change);
    else if (last && "first" in last && continues(last, change)) last.count++;
    else runs.push({ first: change, count: 1 });
  }
  return runs.map((run) =>
    "first" in run ? { text: slotRunText(run), first: run.first } : { text: entryText(run), first: run },
  );
}

/** The lines without the changes that they describe. */
export function changeLines(changes: readonly Change[]): string[] {
  return describeChanges(changes).map(({ text }) => text);
}

/** The call without its number and changes. */
export function callLine(call: SystemCall): string {
  const args = call.arguments.map(({ name, value }) => `${name}=${valueText(value)}`);
  return `${call.kind}(${args.join(", ")}) = ${answerText(call)}`;
}

/** All lines of a call. */
export function callText(call: SystemCall): string {
  const indent = " ".repeat(NUMBER_WIDTH + 2);
  const lines = changeLines(call.changes).map((line) => `${indent}${line}`);
  return [`${String(call.number).padStart(NUMBER_WIDTH)}  ${callLine(call)}`, ...lines].join("\n");
}
