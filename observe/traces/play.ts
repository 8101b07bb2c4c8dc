/** Plays a trace on a system, and compares every answer and the final state. */
import { answersAgree, compareDumps, type Difference, describeOutcome } from "./compare";
import { headerLine, stepLine } from "./format";
import { NO_ANSWER, slotsOf, slotText } from "./operation";
import type { Trace, TraceStep, TraceSystem } from "./trace";

export interface TraceResult {
  /** Number of operations and dumps compared. */
  readonly compared: number;
  /** At most one for an operation. For a dump, one for each slot that differs. */
  readonly differences: readonly Difference[];
  /** Number of operations and dumps with a difference. */
  readonly differing: number;
  /** The trace as lines of a file, with the system's answers and dump. */
  readonly recorded: readonly string[];
}

/** Thrown if the system ended during an operation. */
export class SystemEnded extends Error {}

/** Plays a trace. After one wrong answer, later differences may be its consequence. */
export function playTrace(trace: Trace, system: TraceSystem): TraceResult {
  const recorded = [headerLine(trace.header)];
  const differences: Difference[] = [];
  let [compared, differing] = [0, 0];
  let isSound = true;
  const describe = (slot: Parameters<typeof slotText>[0]) =>
    system.describe ? [`slot ${slotText(slot)}: ${system.describe(slot)}`] : [];

  for (const [index, step] of trace.steps.entries()) {
    const { operation, expected, line } = step;
    try {
      const got = system.perform(operation);
      recorded.push(stepLine(operation, got));
      const isOver = got.err === NO_ANSWER;
      const found = differences.length;
      const broken = isSound && !isOver ? (system.broken?.() ?? []) : [];
      if (expected !== null && !answersAgree(expected, got)) {
        differences.push({
          line,
          what: JSON.stringify(operation),
          expected: describeOutcome(expected),
          got: describeOutcome(expected.stack ? got : { ...got, stack: undefined }),
          slots: isOver ? [] : slotsOf(operation).flatMap(describe),
        });
      }
      // A broken state stays broken, so only the first operation with a broken state is reported.
      if (broken.length > 0) {
        isSound = false;
        differences.push(brokenAfter(step, broken));
      }
      const isWrong = differences.length > found;
      if (expected !== null || isWrong) compared++;
      if (isWrong) differing++;
      if (isOver) {
        const next = trace.steps[index + 1];
        if (next)
          differences.push(endedAt(next, "not performed: the operation before it took away the caller's CSpace"));
        return { compared: compared + (next ? 1 : 0), differing: differing + (next ? 1 : 0), differences, recorded };
      }
    } catch (error) {
      if (!(error instanceof SystemEnded)) throw error;
      // The rest of the trace cannot be compared.
      return {
        compared: compared + 1,
        differing: differing + 1,
        differences: [...differences, endedAt(step, `no answer, because the run ended: ${error.message}`)],
        recorded,
      };
    }
  }

  const dump = system.dump();
  recorded.push(JSON.stringify(dump));
  if (trace.dump !== null) {
    const { line, content } = trace.dump;
    const found = compareDumps(content, dump);
    compared++;
    if (found.length > 0) differing++;
    for (const { slot, what, expected, got } of found) {
      differences.push({ line, what: `dump, ${what}`, expected, got, slots: describe(slot) });
    }
  }
  return { compared, differing, differences, recorded };
}

function brokenAfter({ line, operation }: TraceStep, broken: readonly string[]): Difference {
  const what = `after ${JSON.stringify(operation)}`;
  return {
    line,
    what,
    expected: "a capability for everything that the MMU can reach",
    got: broken.join("; "),
    slots: [],
  };
}

function endedAt({ line, operation, expected }: TraceStep, got: string): Difference {
  return {
    line,
    what: JSON.stringify(operation),
    expected: expected ? describeOutcome(expected) : "an answer",
    got,
    slots: [],
  };
}
