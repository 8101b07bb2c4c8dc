/** Tests the libraries against their models: rounds of a client's requests, with each of libmm's policies in turn. */

import { POLICIES } from "../../../system/libmm/layout/mm-policies";
import type { System } from "../../harness/system";
import { playSequence } from "../commands";
import type { Failure } from "../failure";
import { PathCount, type PathReport } from "../path-count";
import { playRounds, type RoundOptions, type RoundResult } from "../rounds";
import { ANSWERS, ENOUGH_OPERATIONS } from "./answers";
import { KINDS } from "./operation";
import { scriptOf } from "./script";
import { LibrariesDiffer, Session } from "./session";

export function runLibraries(system: System, options: RoundOptions): RoundResult<Failure> & PathReport {
  const paths = new PathCount(ANSWERS, ENOUGH_OPERATIONS);
  const result = playRounds(options, (seed, limit) => {
    const policy = POLICIES[seed % POLICIES.length] as (typeof POLICIES)[number];
    const sessions: Session[] = [];
    const start = (): Session => {
      const session = new Session(system, policy);
      sessions.push(session);
      return session;
    };
    const error = playSequence(KINDS, start, seed, limit);
    const { performed = [], heard = [] } = sessions[0] ?? {};
    if (error instanceof LibrariesDiffer) {
      const script = scriptOf({ policy, operations: error.operations });
      return { operations: performed.length, failure: { seed, what: error.what, script } };
    }
    if (error !== null) throw error;
    for (const answer of heard) paths.take(answer);
    return { operations: performed.length, failure: null };
  });
  return { ...result, ...paths.after(result.operations) };
}
