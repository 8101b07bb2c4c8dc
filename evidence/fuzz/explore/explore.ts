/** Searches all states of the tiny system breadth first, with one expander or several at the same time. */

import type { Expansion, Path, Violation } from "./state-space";

/** Number of states in one request to an expander. */
const BATCH = 64;

/** Tries all calls in each of the given states. */
export interface Expander {
  expand(paths: readonly Path[]): Expansion | Promise<Expansion>;
}

export interface ExploreOptions {
  /** Key of the state after set-up. */
  readonly firstKey: number;
  readonly expanders: readonly Expander[];
  /** Maximum number of calls in a sequence. */
  readonly depth: number;
  /** Number of states after which the exploration ends. */
  readonly states: number;
  /** Called from time to time; true ends the exploration. */
  readonly isEnough?: () => boolean;
  readonly progress?: (state: Progress) => void;
}

export interface Progress {
  readonly depth: number;
  /** Number of states of the previous depth, and how many of them have been tried. */
  readonly level: number;
  readonly tried: number;
  readonly states: number;
}

export interface Exploration {
  /** Number of different states, including the first one. */
  readonly states: number;
  readonly transitions: number;
  /** Every sequence with at most this number of calls has been tried. */
  readonly depth: number;
  /**
   * Number of new states at each depth, starting with depth 0. The last number is not final if the exploration ended
   * early.
   */
  readonly levels: readonly number[];
  /** Every state that was found has been tried. */
  readonly exhausted: boolean;
  readonly violation: Violation | null;
}

/** Every state found, and how it was reached. State 0 is the first state. */
class States {
  readonly known: Set<number>;
  private readonly parents: number[] = [-1];
  private readonly calls: number[] = [-1];

  constructor(firstKey: number) {
    this.known = new Set([firstKey]);
  }

  get count(): number {
    return this.parents.length;
  }

  add(key: number, parent: number, call: number): void {
    if (this.known.has(key)) return;
    this.known.add(key);
    this.parents.push(parent);
    this.calls.push(call);
  }

  path(state: number): number[] {
    const path: number[] = [];
    for (let at = state; at > 0; at = this.parents[at]!) path.push(this.calls[at]!);
    return path.reverse();
  }
}

/** Explores. Of all violations, reports one that takes the fewest calls. */
export async function explore({
  firstKey,
  expanders,
  depth,
  states: limit,
  isEnough = () => false,
  progress,
}: ExploreOptions): Promise<Exploration> {
  const states = new States(firstKey);
  const levels = [1];
  let transitions = 0;
  let violation: Violation | null = null;
  let next = 0;

  const work = async (expander: Expander, start: number, end: number): Promise<void> => {
    while (next < end && violation === null && states.count < limit && !isEnough()) {
      const first = next;
      next = Math.min(end, first + BATCH);
      const paths = Array.from({ length: next - first }, (_, i) => states.path(first + i));
      const expansion = await expander.expand(paths);
      transitions += expansion.transitions;
      for (const { from, call, key } of expansion.found) states.add(key, first + from, call);
      violation ??= expansion.violation;
      progress?.({ depth: levels.length, level: end - start, tried: next - start, states: states.count });
    }
  };

  let complete = 0;
  while (complete < depth && next < states.count) {
    const [start, end] = [next, states.count];
    await Promise.all(expanders.map((expander) => work(expander, start, end)));
    levels.push(states.count - end);
    if (next < end || violation !== null) break;
    complete++;
  }
  const exhausted = next === states.count && violation === null;
  return { states: states.count, transitions, depth: complete, levels, exhausted, violation };
}
