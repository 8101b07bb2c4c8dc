/**
 * Runs init's scenarios, which show and check what the milestone requires. Each prints one line.
 *
 *     SCENARIO=T0*,*slab* init     runs those whose id, title or group matches
 *     LIST=1 init                  prints the list of scenarios
 *     BAIL=1 SCENARIO=* init       stops after the first scenario that fails
 *     BEGIN=1 SCENARIO=* init      also prints a line when a scenario begins
 */
import { INIT_ERR_SCENARIO_UNKNOWN, SYS_ERR_OK } from "../../kpi/errno";
import { errIsFail, errval_t } from "../../kpi/errval";
import { getenv } from "../../libaos/arguments";
import { debugPrintf } from "../../libaos/print";
import { AccountsOf, accountsOf, accountsPrint, accountsTake } from "./accounts";
import { registerAllPages } from "./all-pages";
import { registerAllocation } from "./allocation";
import { registerEdgeCases } from "./edge-cases";
import { registerExhaustion } from "./exhaustion";
import { registerFaults } from "./fault-injection";
import { registerHostileAnswers } from "./hostile-answers";
import { registerHostileCalls } from "./hostile-calls";
import { registerHostileMappings } from "./hostile-mappings";
import { registerHostileMemory } from "./hostile-memory";
import { registerHostileRandom } from "./hostile-random";
import { beginGroup, Group, isAskedFor, listIsComplete, scenarioAt, scenarioCount } from "./list";
import { registerManager } from "./manager";
import { registerMapping } from "./mapping";
import { registerLargeMapping } from "./mapping-large";
import { registerRepetition } from "./repetition";
import { reportBegin, reportCount, reportHeading, reportListed, reportSummary } from "./report";
import { runScenario, stateIsSound } from "./run";
import { registerSlabs } from "./slabs";
import { registerSlots } from "./slots";

/** Fills the list in the order in which the scenarios run. Call it once. */
export function scenariosInit(): void {
  beginGroup(Group.ALLOCATION);
  registerAllocation();
  registerEdgeCases();
  registerManager();
  beginGroup(Group.SLOTS);
  registerSlots();
  beginGroup(Group.SLABS);
  registerSlabs();
  registerFaults();
  beginGroup(Group.MAPPING);
  registerMapping();
  registerLargeMapping();
  beginGroup(Group.EXHAUSTION);
  registerExhaustion();
  beginGroup(Group.REPETITION);
  registerRepetition();
  beginGroup(Group.HOSTILE);
  registerHostileMemory();
  registerHostileMappings();
  registerHostileAnswers();
  registerHostileCalls();
  registerHostileRandom();
  beginGroup(Group.ALL_PAGES);
  registerAllPages();
}

/** Number of scenarios that a pattern matches. */
function countAskedFor(pattern: usize): u32 {
  let asked: u32 = 0;
  for (let i: u32 = 0; i < scenarioCount(); i++) asked += u32(isAskedFor(scenarioAt(i), pattern));
  return asked;
}

/** Prints the scenarios that a pattern matches; all if there is no pattern. */
export function listScenarios(pattern: usize): void {
  for (let i: u32 = 0; i < scenarioCount(); i++) {
    if (isAskedFor(scenarioAt(i), pattern)) reportListed(scenarioAt(i));
  }
  reportCount(countAskedFor(pattern));
}

/** Checks that a pattern matches a scenario. Prints a message if it does not. */
export function scenariosMatch(pattern: usize): errval_t {
  if (countAskedFor(pattern) != 0) return SYS_ERR_OK;
  debugPrintf("no scenario matches '%z': LIST=1 prints all scenarios\n", pattern);
  return INIT_ERR_SCENARIO_UNKNOWN;
}

/** Runs the scenarios that a pattern matches; all if it is 0. Returns the number of scenarios that failed. */
export function runScenarios(pattern: usize): u32 {
  const accounts = accountsOf(AccountsOf.START);
  accountsTake(accounts);
  accountsPrint(accounts);
  const asked = countAskedFor(pattern);
  const bail = getenv("BAIL") != 0;
  const sayBegin = getenv("BEGIN") != 0;
  let run: u32 = 0;
  let failures: u32 = 0;
  let group = U32.MAX_VALUE;
  for (let i: u32 = 0; i < scenarioCount(); i++) {
    const scenario = scenarioAt(i);
    if (!isAskedFor(scenario, pattern)) continue;
    if (scenario.group != group) {
      group = scenario.group;
      reportHeading(group);
    }
    run++;
    if (sayBegin) reportBegin(scenario, run, asked);
    if (runScenario(scenario)) continue;
    failures++;
    if (!stateIsSound(scenario) || bail) break;
  }
  accountsTake(accounts);
  accountsPrint(accounts);
  reportSummary(run, failures, asked - run);
  return failures;
}

/** Exit statuses of the machine's run. */
const enum Status {
  OK = 0,
  FAILED = 1,
  NOTHING_TO_RUN = 2,
}

/** Does what the environment asks for. Returns the exit status of the run. */
export function scenariosMain(): u32 {
  const pattern = getenv("SCENARIO");
  scenariosInit();
  if (!listIsComplete()) return Status.FAILED;
  if (getenv("LIST") != 0) {
    listScenarios(pattern);
    return Status.OK;
  }
  if (errIsFail(scenariosMatch(pattern))) return Status.NOTHING_TO_RUN;
  return runScenarios(pattern) == 0 ? Status.OK : Status.FAILED;
}
