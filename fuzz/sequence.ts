/**
 * Sequences of random operations, made and shortened by fast-check.
 *
 * A command is a kind of operation and a number that stands for all choices within it. When its turn comes, the choices are
 * made with an eye on the model, so that most operations get somewhere; from then on the operation is fixed, and means in
 * a shortened sequence what it meant in the whole.
 */
import fc from "fast-check";
import type { DirectMachine } from "../machine/direct/direct-machine";
import type { ModelSystem } from "../tests/model/model-system";
import { Random } from "../tests/model/random";
import { type Kind, OperationSource, type Played, playOnModel, weightedKinds } from "../tests/model/random-operation";
import type { Operation } from "../traces/operation";
import { DifferenceFound, type Look, SideBySide, settingOf } from "./side-by-side";

/** How many commands there are is drawn, too: up to this, each number as likely as any other. */
const MOST_COMMANDS = 1000;
const ALL_CHOICES = 0xffffffff;

class OperationCommand implements fc.Command<ModelSystem, SideBySide> {
  private operation: Operation | null = null;

  constructor(
    private readonly kind: Kind,
    private readonly choices: number,
  ) {}

  check(model: ModelSystem): boolean {
    return model.hasDriver;
  }

  run(model: ModelSystem, pair: SideBySide): void {
    const played = this.playOn(model);
    if (played === null) return;
    this.operation = played.operation;
    pair.follow(played);
  }

  /** Null for an operation that, without those that were left out, means something that the model does not know. */
  private playOn(model: ModelSystem): Played | null {
    if (this.operation !== null) return playOnModel(model, this.operation);
    return new OperationSource(new Random(this.choices), model, true).play(this.kind);
  }

  toString(): string {
    return JSON.stringify(this.operation);
  }
}

function commandsOf(kind: Kind): fc.Arbitrary<OperationCommand> {
  // Other choices are not simpler ones: only whole commands are left out.
  const choices = fc.noShrink(fc.nat({ max: ALL_CHOICES }));
  return choices.map((number) => new OperationCommand(kind, number));
}

const command = fc.oneof(...weightedKinds(true).map(([weight, kind]) => ({ weight, arbitrary: commandsOf(kind) })));
const sequences = fc.commands([command], { maxCommands: MOST_COMMANDS, size: "max", disableReplayLog: true });

export interface SequenceResult {
  readonly played: readonly Played[];
  /** What the shortest sequence that was found shows, if something is wrong. */
  readonly difference: DifferenceFound | null;
}

/** Plays a sequence of `limit` operations at most. When it goes wrong, plays parts of it, until nothing can be left out. */
export function playSequence(machine: DirectMachine, seed: number, limit: number): SequenceResult {
  let played: readonly Played[] = [];
  // Once something is known to be wrong, it is worth while to see it as soon as it is.
  let look: Look = "now and then";
  const property = fc.property(sequences, (commands) => {
    const pair = new SideBySide(machine, settingOf(seed), new Random(~seed), look);
    try {
      fc.modelRun(() => ({ model: pair.model, real: pair }), [...commands].slice(0, limit));
      if (pair.model.hasDriver) pair.lookDeeply();
      played = pair.played;
    } catch (error) {
      look = "closely";
      throw error;
    }
  });
  const { errorInstance } = fc.check(property, { seed, numRuns: 1 });
  if (errorInstance !== null && !(errorInstance instanceof DifferenceFound)) throw errorInstance;
  return { played, difference: errorInstance };
}
