/**
 * One round of the side-by-side test: random operations on the model and on the machine, from the same beginning.
 *
 * After each operation the two must have given the same answer; every few operations, and at the end, they must be in
 * the same state, and everything that must always hold of the machine must hold.
 */
import { type DirectMachine, RunEnded } from "../machine/direct/direct-machine";
import { ModelSystem } from "../tests/conformance/model-system";
import type { InitialCap, Operation, Outcome } from "../tests/conformance/operation";
import { OperationSource } from "../tests/conformance/random-operation";
import { brokenInvariants } from "../tests/model/invariants";
import { Random } from "../tests/model/random";
import { MachineSystem, type Setting } from "./machine-system";
import { compareStates, modelState } from "./state";
import { compareTranslations } from "./translation";

export const ROUND_OPERATIONS = 500;
/** Operations between two looks at the whole state. */
const CHECK_EVERY = 10;
/** ... and between two that take longer. */
const DEEP_CHECK_EVERY = 100;
const TRANSLATION_SAMPLES = 8;

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
    machine: DirectMachine,
    readonly setting: Setting,
    private readonly random: Random,
  ) {
    this.machine = new MachineSystem(machine, setting);
    this.model = new ModelSystem(setting.caps, { memory: machine.memory.region });
  }

  /** Performs one operation on both. */
  step(operation: Operation): { outcome: Outcome; difference: Difference | null } {
    const outcome = this.model.perform(operation);
    this.performed++;
    const differ = (...what: string[]) => ({ outcome, difference: { at: this.performed, what } });
    try {
      const found = this.machine.perform(operation);
      const [left, right] = [answerText(outcome), answerText(found)];
      if (left !== right) return differ(`answer: model ${left}, machine ${right}`);
    } catch (error) {
      if (error instanceof RunEnded) return differ(`the machine stopped: ${error.message}`);
      throw error;
    }
    return { outcome, difference: null };
  }

  /** Looks at the whole state; `deep` at what follows from it, too. */
  check(deep: boolean): Difference | null {
    const { view } = this.machine;
    const database = view.database();
    const what = compareStates(modelState(this.model.model), view.state(database));
    what.push(...view.unownedEntries(database));
    if (!this.machine.space.calls.invariantsHold()) what.push("the CPU driver's mapping database is broken");
    if (deep) {
      what.push(...brokenInvariants(this.model.model).map((sentence) => `model: ${sentence}`));
      what.push(...this.compareRelations());
      what.push(...compareTranslations(this.model.model, this.machine, this.random, TRANSLATION_SAMPLES));
    }
    return what.length > 0 ? { at: this.performed, what } : null;
  }

  private compareRelations(): string[] {
    const found = this.machine.view.relations();
    return this.model.dump().dump.flatMap(([slot, type, , , ...flags]) => {
      const [left, right] = [flags.join(""), found.get(slot)];
      return left === right
        ? []
        : [`slot ${slot}, ${type}: copies, descendants, ancestors: model ${left}, machine ${right}`];
    });
  }
}

/** A system call answers with three codes and no more. */
const ANSWER_CODES = 3;

function answerText({ stack, type, base, bytes }: Outcome): string {
  const codes = stack.slice(0, ANSWER_CODES).join(" < ");
  return type === undefined ? codes : `${codes}: ${type} at ${base}, ${bytes} bytes`;
}

export interface RoundResult {
  readonly seed: number;
  readonly setting: Setting;
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
  const round = new Round(machine, setting, new Random(~seed));
  const source = new OperationSource(random, round.model.model, true);
  const operations: Operation[] = [];
  const ended = (difference: Difference | null): RoundResult => ({ seed, setting, operations, difference });
  while (operations.length < count) {
    const operation = source.next();
    operations.push(operation);
    const { outcome, difference } = round.step(operation);
    reached(operation, outcome);
    if (difference) return ended(difference);
    const last = operations.length === count;
    if (!last && operations.length % CHECK_EVERY !== 0) continue;
    const wrong = round.check(last || operations.length % DEEP_CHECK_EVERY === 0);
    if (wrong) return ended(wrong);
  }
  return ended(null);
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
    const { outcome, difference } = round.step(operation);
    outcomes.push(outcome);
    const isLast = index === operations.length - 1;
    const wrong = difference ?? (look === "each" || isLast ? round.check(true) : null);
    if (wrong) return { outcomes, difference: wrong };
  }
  return { outcomes, difference: null };
}
