/** Plays traces, trace after trace, and compares. */
import type { Board } from "../../boards/board";
import type { Capability } from "../../inspector/decode/capability";
import { type DirectImages, DirectMachine, RunEnded } from "../../machine/direct/direct-machine";
import { answersAgree, compareDumps, type Difference, describeOutcome } from "./compare";
import { dumpMemory, SlotReader } from "./memory-dump";
import { perform } from "./perform";
import { type Operation, slotsOf, stepLine, type Trace, type TraceStep } from "./trace";
import { boardFor } from "./trace-board";
import { CannotProvide, TraceSpace } from "./trace-space";

export { CannotProvide };

export interface TraceResult {
  trace: Trace;
  /** Operations and dumps compared. */
  compared: number;
  /** At most one for an operation; as many for a dump as there are slots that differ. */
  differences: Difference[];
  /** Operations and dumps with a difference. */
  differing: number;
  /** The trace as lines of a file, with the machine's answers and dump; empty unless asked for. */
  recorded: string[];
}

export class Replayer {
  /** By base of their DRAM; seldom more than two. */
  private readonly machines = new Map<number, DirectMachine>();

  constructor(
    private readonly images: DirectImages,
    private readonly record = false,
  ) {}

  /** Throws `CannotProvide` if the board cannot be what the trace starts with. */
  run(trace: Trace): TraceResult {
    const board = boardFor(trace.header);
    const machine = this.machineFor(board);
    const space = new TraceSpace(machine, board.dram, trace.header);
    const slots = new SlotReader(machine, space);
    const result: TraceResult = {
      trace,
      compared: 0,
      differing: 0,
      differences: [],
      recorded: this.record ? [JSON.stringify(trace.header)] : [],
    };
    let at: TraceStep | null = null;
    try {
      for (at of trace.steps) this.step(at, space, slots, result);
      this.compareDump(trace, slots, result);
    } catch (error) {
      if (!(error instanceof RunEnded) || at === null) throw error;
      result.compared++;
      result.differing++;
      result.differences.push(stoppedAt(at, error));
    }
    return result;
  }

  private machineFor(board: Board): DirectMachine {
    const { base } = board.dram;
    const machine = this.machines.get(base) ?? DirectMachine.create({ board, images: this.images });
    this.machines.set(base, machine);
    return machine;
  }

  private step(step: TraceStep, space: TraceSpace, slots: SlotReader, result: TraceResult): void {
    const got = perform(space, step.operation);
    if (this.record) result.recorded.push(stepLine(step.operation, got));
    const { expected } = step;
    if (expected === null) return;
    result.compared++;
    if (answersAgree(expected, got)) return;
    result.differing++;
    result.differences.push({
      line: step.line,
      what: JSON.stringify(step.operation),
      expected: describeOutcome(expected),
      got: describeOutcome(expected.stack ? got : { ...got, stack: undefined }),
      slots: slotsConcerned(step.operation, slots),
    });
  }

  private compareDump(trace: Trace, slots: SlotReader, result: TraceResult): void {
    const dump = dumpMemory(slots, trace.header.slots);
    if (this.record) result.recorded.push(JSON.stringify(dump));
    if (trace.dump === null) return;
    const { line, content } = trace.dump;
    const differences = compareDumps(content, dump);
    result.compared++;
    if (differences.length > 0) result.differing++;
    for (const { slot, what, expected, got } of differences) {
      result.differences.push({ line, what: `dump, ${what}`, expected, got, slots: [describeSlot(slot, slots)] });
    }
  }
}

/** The system did not survive an operation; what comes after it cannot be compared. */
function stoppedAt({ line, operation, expected }: TraceStep, error: RunEnded): Difference {
  return {
    line,
    what: JSON.stringify(operation),
    expected: expected ? describeOutcome(expected) : "an answer",
    got: `the end of the run: ${error.message}`,
    slots: [],
  };
}

function slotsConcerned(operation: Operation, slots: SlotReader): string[] {
  return [...new Set(slotsOf(operation))].map((slot) => describeSlot(slot, slots));
}

function describeSlot(slot: number, slots: SlotReader): string {
  const capability = slots.read(slot);
  return `slot ${slot}: ${capability ? describeCapability(capability, slots) : "empty"}`;
}

function describeCapability(capability: Capability, { space }: SlotReader): string {
  const { type, typeName, base, bytes, mapping } = capability;
  const text = `${typeName} at ${space.toTrace(type, base)}, ${bytes} bytes`;
  if (!mapping) return text;
  return `${text}, ${mapping.count} entries from ${mapping.pte} on${mapping.isVoid ? ", void" : ""}`;
}
