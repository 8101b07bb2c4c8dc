/** Runs a scenario and compares the accounts before and after it. */
import { DebugCall } from "../../kpi/system-calls";
import { mmCheckInvariants } from "../../libmm/invariants";
import { Accounts, AccountsOf, accountsCompare, accountsOf, accountsTake, ask, initMm } from "./accounts";
import { arenaBegin, arenaEnd } from "./arena";
import { courseBegin, courseEndNested, failed, holds } from "./check";
import { Scenario, ScenarioFlag } from "./list";
import { reportBroken, reportNested, reportResult } from "./report";

/** Runs a scenario. Afterwards everything must be as before, except for what allocators may keep. */
function runBetween(scenario: Scenario, before: Accounts, after: Accounts): void {
  accountsTake(before);
  const inArena = (scenario.flags & ScenarioFlag.IN_ARENA) != 0;
  if (!inArena || arenaBegin()) {
    const run = scenario.run;
    if (run !== null) run();
    if (inArena) arenaEnd();
  }
  accountsTake(after);
  accountsCompare(before, after);
  holds(ask(DebugCall.CHECK_INVARIANTS) == 1, "the mapping database keeps its invariants");
}

/** Runs a scenario and prints its line. Returns false if it failed. */
export function runScenario(scenario: Scenario): bool {
  const before = accountsOf(AccountsOf.BEFORE);
  const after = accountsOf(AccountsOf.AFTER);
  const course = courseBegin(false);
  runBetween(scenario, before, after);
  reportResult(scenario, course, before, after);
  return !failed();
}

/**
 * Do all invariants still hold, so that further scenarios give useful results? If not, says which one `scenario` broke.
 */
export function stateIsSound(scenario: Scenario): bool {
  const answer = i32(ask(DebugCall.CHECK_INVARIANTS));
  const manager = mmCheckInvariants(initMm());
  if (answer == 1 && manager == 0) return true;
  reportBroken(scenario, manager, answer == 1 ? 0 : u32(-answer));
  return false;
}

/** Runs a scenario from within another one. Prints something only if it failed and `quietly` is false. */
export function runNested(scenario: Scenario, quietly: bool = false): bool {
  const course = courseBegin(true);
  runBetween(scenario, accountsOf(AccountsOf.NESTED_BEFORE), accountsOf(AccountsOf.NESTED_AFTER));
  const passed = !failed();
  courseEndNested();
  if (!passed && !quietly) reportNested(scenario, course);
  return passed;
}
