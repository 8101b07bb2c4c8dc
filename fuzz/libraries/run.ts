/** The side-by-side test of the libraries: rounds of what a client may ask, with each of libmm's policies in turn. */
import { POLICIES } from "../../bench/race";
import type { System } from "../../tests/support/system";
import { playSequence } from "../commands";
import { playRounds, type RoundOptions, type RoundResult } from "../rounds";
import { KINDS, type Operation } from "./operation";
import { LibrariesDiffer, Session } from "./session";

export interface LibraryFailure {
  /** Of the sequence. */
  readonly seed: number;
  readonly policy: string;
  readonly what: readonly string[];
  /** The shortest sequence that shows it. */
  readonly operations: readonly Operation[];
}

export interface LibraryResult extends RoundResult<LibraryFailure> {
  /** How often each operation was performed. */
  readonly performed: Readonly<Record<string, number>>;
}

export function runLibraries(system: System, options: RoundOptions): LibraryResult {
  const performed: Record<string, number> = Object.fromEntries(KINDS.map(([, kind]) => [kind, 0]));
  const result = playRounds(options, (seed, limit) => {
    const policy = (seed >>> 0) % POLICIES.length;
    const sessions: Session[] = [];
    const start = (): Session => {
      const session = new Session(system, policy);
      sessions.push(session);
      return session;
    };
    const error = playSequence(KINDS, start, seed, limit);
    const operations = sessions[0]?.performed ?? [];
    if (error instanceof LibrariesDiffer) {
      const failure = { seed, policy: POLICIES[policy] as string, what: error.what, operations: error.operations };
      return { operations: operations.length, failure };
    }
    if (error !== null) throw error;
    for (const { op } of operations) performed[op] = (performed[op] ?? 0) + 1;
    return { operations: operations.length, failure: null };
  });
  return { ...result, performed };
}
