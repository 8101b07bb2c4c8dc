/**
 * One round of the side-by-side test: random operations on the model and on the machine, from the same beginning.
 *
 * After each operation the two must have given the same answer and be in the same state, and everything that must always
 * hold of the machine must hold; now and then, and at the end, what follows from the state must be the same, too.
 */
import { pandaboardEs } from "../boards/pandaboard-es";
import type { DirectMachine } from "../machine/direct/direct-machine";
import { OutsideModel } from "../tests/model/cspace";
import { brokenInvariants } from "../tests/model/invariants";
import { ModelSystem } from "../tests/model/model-system";
import { Random } from "../tests/model/random";
import { OperationSource } from "../tests/model/random-operation";
import { MachineSystem } from "../traces/machine/system";
import { NO_ANSWER, type Operation, type Outcome } from "../traces/operation";
import { SystemEnded } from "../traces/play";
import type { Dump, InitialCap, Setting } from "../traces/trace";
import { lookAt, machineState, unownedEntries } from "./machine-state";
import { compareStates, modelState } from "./state";
import { compareTranslations } from "./translation";

export const ROUND_OPERATIONS = 500;
/** Operations between two looks that take longer. */
const DEEP_CHECK_EVERY = 100;
const TRANSLATION_SAMPLES = 8;

const SLOTS = 1024;
const DRAM = { base: 0x81000000, bytes: 64 << 20 };
const MEMORY_BEHIND = { base: 0x88000000, bytes: 16 << 20 };
const DEVICES = { base: 0x48000000, bytes: 16 << 20 };
/** Reserved by the memory map, and no DRAM. */
const NO_MEMORY = { base: 0xc8000000, bytes: 16 << 20 };

/** What a round begins with: memory, an L1 table, and memory or devices of another kind. */
export function settingOf(seed: number): Setting {
  const third: InitialCap = new Random(seed ^ 0x5e771e).pick([
    { slot: 2, type: "DevFrame", ...DEVICES },
    { slot: 2, type: "PhysAddr", ...MEMORY_BEHIND },
    { slot: 2, type: "PhysAddr", ...NO_MEMORY },
  ]);
  return {
    dram: DRAM,
    memory: pandaboardEs.dram,
    slots: SLOTS,
    caps: [{ slot: 0, type: "RAM", ...DRAM }, { slot: 1, type: "VNode_ARM_l1", base: 0x80100000, bytes: 16384 }, third],
  };
}

/** Where the two went apart. */
export interface Difference {
  /** After how many operations. */
  readonly at: number;
  readonly what: string[];
}

export class Round {
  readonly model: ModelSystem;
  readonly machine: MachineSystem;
  private performed = 0;

  constructor(
    private readonly direct: DirectMachine,
    readonly setting: Setting,
    private readonly random: Random,
  ) {
    this.machine = new MachineSystem(direct, setting);
    this.model = new ModelSystem(setting);
  }

  /** Performs on the machine what the model has performed with this outcome. */
  compare(operation: Operation, outcome: Outcome): Difference | null {
    this.performed++;
    const differ = (...what: string[]): Difference => ({ at: this.performed, what });
    try {
      const found = this.machine.perform(operation);
      const [left, right] = [answerText(outcome), answerText(found)];
      if (left !== right) return differ(`answer: model ${left}, machine ${right}`);
    } catch (error) {
      if (error instanceof SystemEnded) return differ(`the machine stopped: ${error.message}`);
      throw error;
    }
    return null;
  }

  /** Looks at the whole state; `deep` at what follows from it, too. */
  check(deep: boolean): Difference | null {
    const look = lookAt(this.machine);
    const what = compareStates(modelState(this.model.model), machineState(this.machine, look));
    what.push(...unownedEntries(look));
    if (!this.machine.space.calls.invariantsHold()) what.push("the CPU driver's mapping database is broken");
    if (deep) {
      what.push(...brokenInvariants(this.model.model).map((sentence) => `model: ${sentence}`));
      what.push(...this.compareRelations());
      what.push(...compareTranslations(this.model.model, this.direct, this.machine, this.random, TRANSLATION_SAMPLES));
    }
    return what.length > 0 ? { at: this.performed, what } : null;
  }

  private compareRelations(): string[] {
    const rowsOf = ({ dump }: Dump) => new Map(dump.map(([slot, ...row]) => [slot, row.join()]));
    const [model, machine] = [rowsOf(this.model.dump()), rowsOf(this.machine.dump())];
    return [...model].flatMap(([slot, row]) =>
      row === machine.get(slot) ? [] : [`slot ${slot}, with relations: model ${row}, machine ${machine.get(slot)}`],
    );
  }
}

/** A system call answers with three codes and no more. */
const ANSWER_CODES = 3;

function answerText({ stack, identity }: Outcome): string {
  const codes = stack.slice(0, ANSWER_CODES).join(" < ");
  return identity ? `${codes}: ${identity.type} at ${identity.base}, ${identity.bytes} bytes` : codes;
}

export interface RoundResult {
  readonly seed: number;
  readonly setting: Setting;
  readonly played: number;
  /** Since the machine booted last: it does so anew when an operation has taken the driver's CSpace. */
  readonly operations: readonly Operation[];
  readonly difference: Difference | null;
}

/** Plays a round of random operations; `reached` is told of every answer. */
export function playRound(
  machine: DirectMachine,
  seed: number,
  count: number,
  reached: (operation: Operation, outcome: Outcome) => void,
): RoundResult {
  const random = new Random(seed);
  const setting = settingOf(seed);
  let played = 0;
  for (;;) {
    const round = new Round(machine, setting, new Random(~seed));
    const source = new OperationSource(random, round.model, true);
    const operations: Operation[] = [];
    const ended = (difference: Difference | null): RoundResult => ({ seed, setting, played, operations, difference });
    for (let isOver = false; !isOver; ) {
      const { operation, outcome } = source.play();
      operations.push(operation);
      played++;
      const difference = round.compare(operation, outcome);
      reached(operation, outcome);
      if (difference) return ended(difference);
      isOver = outcome.err === NO_ANSWER;
      const last = played === count;
      const deep = last || operations.length % DEEP_CHECK_EVERY === 0;
      const wrong = isOver ? null : round.check(deep);
      if (wrong || last) return ended(wrong);
    }
  }
}

/** Null for an operation that the model cannot answer. */
function modelOutcome(model: ModelSystem, operation: Operation): Outcome | null {
  try {
    return model.perform(operation);
  } catch (error) {
    if (error instanceof OutsideModel) return null;
    throw error;
  }
}

/** Plays given operations, looking at everything after `each` or at the `end`; what is wrong first, if anything. */
export function playScript(
  machine: DirectMachine,
  setting: Setting,
  operations: readonly Operation[],
  look: "each" | "end",
): { outcomes: Outcome[]; difference: Difference | null } {
  const round = new Round(machine, setting, new Random(0));
  const outcomes: Outcome[] = [];
  for (const [index, operation] of operations.entries()) {
    const outcome = modelOutcome(round.model, operation);
    // Without the operations that were left out, it may mean something else.
    if (outcome === null) return { outcomes, difference: null };
    const difference = round.compare(operation, outcome);
    outcomes.push(outcome);
    const isOver = outcome.err === NO_ANSWER;
    const isDue = !isOver && (look === "each" || index === operations.length - 1);
    const wrong = difference ?? (isDue ? round.check(true) : null);
    if (wrong || isOver) return { outcomes, difference: wrong };
  }
  return { outcomes, difference: null };
}
