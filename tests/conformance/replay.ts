/** Plays a trace on a system and says where the two disagree. */
import type { Dump } from "../model/dump";
import type { CapabilitySystem, Outcome } from "./operation";
import type { Trace, TraceStep } from "./trace";

export interface Difference {
  readonly line: number;
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

/** Differences in file order; a system that answered wrongly once may go on to differ for that reason alone. */
export function replay(trace: Trace, system: CapabilitySystem): Difference[] {
  const differences = trace.steps.flatMap((step) => compareStep(step, system.perform(step.operation)));
  return [...differences, ...compareDumps(trace, system.dump())];
}

function compareStep(step: TraceStep, outcome: Outcome): Difference[] {
  const what = JSON.stringify(step.operation);
  const expected = step.stack ?? [step.err];
  const found = step.stack ? outcome.stack : [outcome.err];
  if (expected.join() !== found.join()) {
    return [{ line: step.line, what, expected: expected.join(" < "), found: outcome.stack.join(" < ") }];
  }
  if (!step.identity) return [];
  const { type, base, bytes } = outcome;
  return compareJson(step.line, what, step.identity, { type, base, bytes });
}

function compareJson(line: number, what: string, expected: unknown, found: unknown): Difference[] {
  const [left, right] = [JSON.stringify(expected), JSON.stringify(found)];
  return left === right ? [] : [{ line, what, expected: left, found: right }];
}

function compareDumps(trace: Trace, dump: Dump): Difference[] {
  return [
    ...compareRows(trace.dumpLine, "capability", trace.dump.dump, dump.dump, (row) => row[0]),
    ...compareRows(trace.dumpLine, "page table", trace.dump.tables, dump.tables, (row) => row.slot),
  ];
}

function compareRows<Row>(
  line: number,
  what: string,
  expected: readonly Row[],
  found: readonly Row[],
  slotOf: (row: Row) => number,
): Difference[] {
  const bySlot = (rows: readonly Row[]): Map<number, Row> => new Map(rows.map((row) => [slotOf(row), row]));
  const [left, right] = [bySlot(expected), bySlot(found)];
  const slots = [...new Set([...left.keys(), ...right.keys()])].sort((a, b) => a - b);
  return slots.flatMap((slot) =>
    compareJson(line, `${what} in slot ${slot}`, left.get(slot) ?? "none", right.get(slot) ?? "none"),
  );
}

/** For a test's or a tool's message. */
export function describeDifferences(differences: readonly Difference[], most = 5): string {
  const lines = differences
    .slice(0, most)
    .map(({ line, what, expected, found }) => `line ${line}: ${what}\n  expected ${expected}\n  found    ${found}`);
  const more = differences.length > most ? [`and ${differences.length - most} more`] : [];
  return [...lines, ...more].join("\n");
}
