/**
 * Sequences of random commands, made by fast-check; a sequence that fails is made as short as it goes.
 *
 * A command is a kind of operation and a number that stands for all choices within it. When its turn comes, the choices are
 * made with an eye on the state, so that most operations get somewhere; from then on the operation is fixed, and means in
 * a shortened sequence what it meant in the whole.
 */
import fc from "fast-check";
import { Random } from "../model/random";
import { minimise } from "./minimise";

/** How many commands there are is drawn, too: up to this, each number as likely as any other. */
const MOST_COMMANDS = 1000;
const ALL_CHOICES = 0xffffffff;

/** What sequences are played on: a system and its model. */
export interface Player<Kind, Step> {
  /** Nobody is left to perform anything. */
  readonly isOver: boolean;
  /** Chooses an operation of a kind; null if there is nothing to try it on. */
  choose(kind: Kind, random: Random): Step | null;
  /** The step that was chosen in a longer sequence, as it is in this one; null if it means nothing here. */
  again(step: Step): Step | null;
  /** Performs it, and compares. Throws what the two differ in. */
  play(step: Step): void;
  /** The sequence ends here: looks at everything. Throws what the two differ in. */
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

/** What steps of a longer sequence throw by themselves; null if nothing. */
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
 * Plays a sequence of `limit` commands at most. When it fails, plays parts of it, until no step can be left out, each with a
 * player of its own; `start` hears whether that is so. Returns what the shortest sequence throws, null if all is well.
 *
 * fast-check would leave out one row of commands after the other, and begin anew whenever that succeeds: with hundreds of
 * commands, and a look at everything after each, that takes hours where halves first take seconds.
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
