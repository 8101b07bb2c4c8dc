/** Breadth first through all states of the tiny system, by one expander or by several at the same time. */

import type { Expansion, Path, Violation } from "./state-space";

/** States that an expander gets at once. */
const BATCH = 64;

/** Tries all calls in states. */
export interface Expander {
  expand(paths: readonly Path[]): Expansion | Promise<Expansion>;
}

export interface ExploreOptions {
  /** Of the state after set-up. */
  readonly firstKey: number;
  readonly expanders: readonly Expander[];
  /** Calls in a row. */
  readonly depth: number;
  /** States after which it is enough. */
  readonly states: number;
  /** Asked now and then; true ends the exploration. */
  readonly isEnough?: () => boolean;
  readonly progress?: (state: Progress) => void;
}

export interface Progress {
  readonly depth: number;
  /** States of the depth before, and how many of them have been tried. */
  readonly level: number;
  readonly tried: number;
  readonly states: number;
}

export interface Exploration {
  /** Different states, the first one included. */
  readonly states: number;
  readonly transitions: number;
  /** Up to here every sequence of calls has been tried. */
  readonly depth: number;
  /** New states of each depth, from 0 on; the last number is not final if the exploration ended on the way. */
  readonly levels: readonly number[];
  /** No state is left that has not been tried. */
  readonly exhausted: boolean;
  readonly violation: Violation | null;
}

/** Each state that was found, and how. State 0 is the first. */
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

/** Of all violations, one that the fewest calls lead to. */
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
