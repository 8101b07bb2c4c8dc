/**
 * init's scenarios: what the milestone demands, shown and checked. One line for each.
 *
 *     SCENARIO=T0*,*slab* init     runs those whose id, title or group matches
 *     LIST=1 init                  prints what there is
 */
import { INIT_ERR_SCENARIO_UNKNOWN, SYS_ERR_OK } from "../../../kpi/errno";
import { errIsFail, errval_t } from "../../../kpi/errval";
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
import { reportCount, reportHeading, reportListed, reportSummary } from "./report";
import { runScenario, stateIsSound } from "./run";
import { registerSlabs } from "./slabs";
import { registerSlots } from "./slots";

/** Fills the list, in the order in which scenarios run. To be called once. */
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

/** How many scenarios a pattern asks for. */
function countAskedFor(pattern: usize): u32 {
  let asked: u32 = 0;
  for (let i: u32 = 0; i < scenarioCount(); i++) asked += u32(isAskedFor(scenarioAt(i), pattern));
  return asked;
}

/** Prints the scenarios that a pattern asks for, or all without one. */
export function listScenarios(pattern: usize): void {
  for (let i: u32 = 0; i < scenarioCount(); i++) {
    if (isAskedFor(scenarioAt(i), pattern)) reportListed(scenarioAt(i));
  }
  reportCount(countAskedFor(pattern));
}

/** Is there anything to run? Says so if there is not. */
export function scenariosMatch(pattern: usize): errval_t {
  if (countAskedFor(pattern) != 0) return SYS_ERR_OK;
  debugPrintf("no scenario matches '%z': LIST=1 prints all scenarios\n", pattern);
  return INIT_ERR_SCENARIO_UNKNOWN;
}

/** Runs the scenarios that a pattern asks for, all without one (0); returns how many failed. */
export function runScenarios(pattern: usize): u32 {
  const accounts = accountsOf(AccountsOf.START);
  accountsTake(accounts);
  accountsPrint(accounts);
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
    if (runScenario(scenario)) continue;
    failures++;
    if (stateIsSound()) continue;
    debugPrintf("the mapping database or the memory manager is broken: no further scenario runs\n");
    break;
  }
  accountsTake(accounts);
  accountsPrint(accounts);
  reportSummary(run, failures);
  return failures;
}

/** Exit statuses of the machine's run. */
const enum Status {
  OK = 0,
  FAILED = 1,
  NOTHING_TO_RUN = 2,
}

/** Does what the environment asks for; returns the status that the run is to end with. */
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
