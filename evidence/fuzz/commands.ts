/**
 * Generates sequences of random commands with fast-check, and shortens a sequence that fails.
 *
 * A command is a kind of operation and a number from which all choices for it follow. The choices are made when the
 * command runs and depend on the state, so that most operations succeed. After that the operation is fixed, and it
 * means the same in a shortened sequence.
 */
import fc from "fast-check";
import { Random } from "../model/random";
import { minimise } from "./minimise";

/** The number of commands is random, too: up to this limit, all numbers are equally likely. */
const MOST_COMMANDS = 1000;
const ALL_CHOICES = 0xffffffff;

/** The interface on which sequences are played: a system and its model. */
export interface Player<Kind, Step> {
  /** Whether no caller is left to perform an operation. */
  readonly isOver: boolean;
  /** Chooses an operation of a kind. Returns null if there is nothing to try it on. */
  choose(kind: Kind, random: Random): Step | null;
  /** Adapts a step from a longer sequence to this one. Returns null if it means nothing here. */
  again(step: Step): Step | null;
  /** Performs the step and compares. Throws the differences between system and model. */
  play(step: Step): void;
  /** Checks everything at the end of the sequence. Throws the differences between system and model. */
  end(): void;
}

class Command<Kind, Step> implements fc.Command<Player<Kind, Step>, Step[]> {
  constructor(
    private readonly kind: Kind,
    private readonly choices: number,
  ) {}

  check({ isOver }: Player<Kind, Step>): boolean {
    return !isOver;
  }

  run(player: Player<Kind, Step>, taken: Step[]): void {
    const step = player.choose(this.kind, new Random(this.choices));
    if (step === null) return;
    taken.push(step);
    player.play(step);
  }

  toString(): string {
    return `${this.kind} ${this.choices}`;
  }
}

function sequences<Kind, Step>(kinds: readonly (readonly [weight: number, kind: Kind])[]) {
  const commands = kinds.map(([weight, kind]) => ({
    weight,
    arbitrary: fc.nat({ max: ALL_CHOICES }).map((choices) => new Command<Kind, Step>(kind, choices)),
  }));
  return fc.commands([fc.oneof(...commands)], { maxCommands: MOST_COMMANDS, size: "max", disableReplayLog: true });
}

/** Plays some steps of a longer sequence. Returns the error that they throw, or null. */
export function failureOfSteps<Kind, Step>(player: Player<Kind, Step>, steps: readonly Step[]): unknown {
  try {
    for (const earlier of steps) {
      const step = player.isOver ? null : player.again(earlier);
      if (step !== null) player.play(step);
    }
    player.end();
    return null;
  } catch (error) {
    return error;
  }
}

/**
 * Plays a sequence of at most `limit` commands. If it fails, plays parts of it until no step can be left out, each with
 * a new player. The argument of `start` says whether the sequence has already failed. Returns the error of the shortest
 * sequence, or null if all is well.
 *
 * fast-check is not used for shortening: it removes one run of commands after the other and starts again after each
 * success. With hundreds of commands and a full check after each, this takes hours; starting with halves takes seconds.
 */
export function playSequence<Kind, Step>(
  kinds: readonly (readonly [weight: number, kind: Kind])[],
  start: (hasFailed: boolean) => Player<Kind, Step>,
  seed: number,
  limit: number,
): unknown {
  const taken: Step[] = [];
  const property = fc.property(sequences<Kind, Step>(kinds), (commands) => {
    const player = start(false);
    fc.modelRun(() => ({ model: player, real: taken }), [...commands].slice(0, limit));
    player.end();
  });
  const { errorInstance } = fc.check(property, { seed: seed | 0, numRuns: 1, endOnFailure: true });
  if (errorInstance === null) return null;
  const shortest = minimise(taken, (steps) => failureOfSteps(start(true), steps) !== null);
  return failureOfSteps(start(true), shortest) ?? errorInstance;
}
