/**
 * Sequences of random commands, made by fast-check, and made shorter by it when they fail.
 *
 * A command is a kind of operation and a number that stands for all choices within it. When its turn comes, the choices are
 * made with an eye on the state, so that most operations get somewhere; from then on the operation is fixed, and means in
 * a shortened sequence what it meant in the whole.
 */
import fc from "fast-check";
import { Random } from "../tests/model/random";

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

class Command<Kind, Step> implements fc.Command<Player<Kind, Step>, null> {
  private step: Step | null = null;

  constructor(
    private readonly kind: Kind,
    private readonly choices: number,
  ) {}

  check({ isOver }: Player<Kind, Step>): boolean {
    return !isOver;
  }

  run(player: Player<Kind, Step>): void {
    const step = this.step === null ? player.choose(this.kind, new Random(this.choices)) : player.again(this.step);
    if (step === null) return;
    this.step = step;
    player.play(step);
  }

  toString(): string {
    return JSON.stringify(this.step);
  }
}

function sequences<Kind, Step>(kinds: readonly (readonly [weight: number, kind: Kind])[]) {
  // Other choices are not simpler ones: only whole commands are left out.
  const choices = fc.noShrink(fc.nat({ max: ALL_CHOICES }));
  const commands = kinds.map(([weight, kind]) => ({
    weight,
    arbitrary: choices.map((number) => new Command<Kind, Step>(kind, number)),
  }));
  return fc.commands([fc.oneof(...commands)], { maxCommands: MOST_COMMANDS, size: "max", disableReplayLog: true });
}

/**
 * Plays a sequence of `limit` commands at most. When it fails, plays parts of it, until nothing can be left out, each with a
 * player of its own; `start` hears whether that is so. Returns what the last failure threw, null if there was none.
 */
export function playSequence<Kind, Step>(
  kinds: readonly (readonly [weight: number, kind: Kind])[],
  start: (hasFailed: boolean) => Player<Kind, Step>,
  seed: number,
  limit: number,
): unknown {
  let hasFailed = false;
  const property = fc.property(sequences<Kind, Step>(kinds), (commands) => {
    const player = start(hasFailed);
    try {
      fc.modelRun(() => ({ model: player, real: null }), [...commands].slice(0, limit));
      player.end();
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  });
  return fc.check(property, { seed, numRuns: 1 }).errorInstance;
}
