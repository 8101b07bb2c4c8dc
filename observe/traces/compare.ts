/** Compares the answers and the dump of a trace with those of a system. */
import { addressText, type Outcome, slotText } from "./operation";
import type { CapRow, Dump, Expectation, RunRow, TableRow } from "./trace";

/** One difference, for a message. */
export interface Difference {
  /** Line in the file. */
  readonly line: number;
  /** The operation, or the part of the dump. */
  readonly what: string;
  readonly expected: string;
  readonly got: string;
  /** Contents of the slots concerned after the operation, one line for each. */
  readonly slots: readonly string[];
}

export function describeOutcome({ err, stack, identity }: Expectation): string {
  // Both fields contain the outermost error, and in a file the two may differ.
  const errors = !stack ? err : stack[0] === err ? stack.join(" < ") : `${err}, and as a stack ${stack.join(" < ")}`;
  return identity ? `${errors}, ${identity.type} at ${addressText(identity.base)}, ${identity.bytes} bytes` : errors;
}

/** Returns whether an answer matches everything that the expectation states. */
export function answersAgree(expected: Expectation, got: Outcome): boolean {
  if (expected.err !== got.err) return false;
  if (expected.stack && expected.stack.join() !== got.stack.join()) return false;
  if (!expected.identity) return true;
  const { type, base, bytes } = expected.identity;
  return got.identity?.type === type && got.identity.base === base && got.identity.bytes === bytes;
}

export interface DumpDifference {
  readonly slot: number;
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

/** Slots and tables in which two dumps differ. */
export function compareDumps(expected: Dump, got: Dump): DumpDifference[] {
  return [
    ...compareRows("slot", expected.dump, got.dump, ([slot]) => slot, describeRow),
    ...compareRows("page table in slot", expected.tables, got.tables, ({ slot }) => slot, describeTable),
  ];
}

function compareRows<Row>(
  what: string,
  expected: readonly Row[],
  got: readonly Row[],
  slotOf: (row: Row) => number,
  describe: (row: Row) => string,
): DumpDifference[] {
  const bySlot = (rows: readonly Row[]) => new Map(rows.map((row) => [slotOf(row), describe(row)]));
  const left = bySlot(expected);
  const right = bySlot(got);
  const slots = [...new Set([...left.keys(), ...right.keys()])].sort((a, b) => a - b);
  return slots
    .filter((slot) => left.get(slot) !== right.get(slot))
    .map((slot) => ({
      slot,
      what: `${what} ${slotText(slot)}`,
      expected: left.get(slot) ?? "nothing",
      got: right.get(slot) ?? "nothing",
    }));
}

/** The row without its slot. */
export function describeRow([, type, base, bytes, copies, descendants, ancestors]: CapRow): string {
  const relations = [copies && "copies", descendants && "descendants", ancestors && "ancestors"].filter(Boolean);
  return `${type} at ${addressText(base)}, ${bytes} bytes, ${relations.length > 0 ? relations.join(", ") : "no relations"}`;
}

function describeTable({ valid, runs }: TableRow): string {
  const count = `${valid} valid ${valid === 1 ? "entry" : "entries"}`;
  return [count, runs.map(describeRun).join("; ")].filter((text) => text !== "").join(": ");
}

function describeRun(run: RunRow): string {
  const [first, entries, kind, address, access, cached] = run;
  const where = entries === 1 ? `entry ${first}` : `entries ${first} to ${first + entries - 1}`;
  const text = `${where}: ${kind} at ${addressText(address)}`;
  return kind === "table" ? text : `${text}, access ${access || "none"}, ${cached ? "cached" : "not cached"}`;
}
