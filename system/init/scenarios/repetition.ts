/** Scenarios that run other scenarios again in another order, and that check the harness itself. */
import { LIB_ERR_SLOT_ALLOC } from "../../kpi/errno";
import { BASE_PAGE_SIZE } from "../../kpi/types";
import { Out } from "../../libaos/out";
import { ramAlloc, ramFree } from "../../libaos/ram-alloc";
import { equal, failed, fails, holds, note, ok } from "./check";
import { add, isAskedFor, Scenario, ScenarioFlag, scenarioAt, scenarioCount } from "./list";
import { runNested } from "./run";

function t25(): void {
  let again: u32 = 0;
  for (let round = 0; round < 2; round++) {
    for (let i = scenarioCount(); i > 0 && !failed(); i--) {
      const scenario = scenarioAt(i - 1);
      if ((scenario.flags & ScenarioFlag.REPEATABLE) == 0) continue;
      again++;
      holds(runNested(scenario), "a scenario that was run again passes", i);
    }
  }
  note("%u runs in reverse order, with the same results", again);
}

/** Holds the capability of a leaked page, so that it can be freed later. */
@unmanaged
class Leak {
  cap: u64;
}

const leak = changetype<Leak>(memory.data(8, 8));

function succeeds(): void {
  equal(2 + 2, 4, "a sum");
}

function failsACheck(): void {
  equal(2 + 2, 5, "a sum");
  equal(1, 2, "a later failure, which must not hide the first");
}

function missesAnError(): void {
  fails(LIB_ERR_SLOT_ALLOC, LIB_ERR_SLOT_ALLOC + 1, "an error");
}

function leaksAPage(): void {
  if (ok(ramAlloc(BASE_PAGE_SIZE), "ram_alloc")) leak.cap = Out.cap;
}

/** A scenario outside the list. */
const trial = changetype<Scenario>(memory.data(20, 4));

function verdictOn(run: () => void): bool {
  trial.id = "T26";
  trial.title = "a scenario to try the harness on";
  trial.run = run;
  return runNested(trial, true);
}

/** Room for a pattern, zero-terminated as in the environment. */
const pattern: usize = memory.data(32, 8);

function asksFor(text: string): bool {
  for (let i = 0; i < text.length; i++) store<u8>(pattern + i, u8(text.charCodeAt(i)));
  store<u8>(pattern + text.length, 0);
  return isAskedFor(trial, pattern);
}

function t26(): void {
  holds(verdictOn(succeeds), "a scenario that does nothing wrong passes");
  holds(!verdictOn(failsACheck), "a failed check fails the scenario");
  holds(!verdictOn(missesAnError), "a wrong error fails the scenario");
  leak.cap = 0;
  holds(!verdictOn(leaksAPage), "a page that is kept fails the scenario");
  if (leak.cap != 0) ok(ramFree(leak.cap), "give the page back");

  holds(
    asksFor("T26") && asksFor("t2?") && asksFor("x,T*6") && asksFor("*HARNESS*") && asksFor("*"),
    "these patterns match the scenario",
  );
  holds(
    !asksFor("T2") && !asksFor("T26?") && !asksFor("") && !asksFor("harness,26"),
    "these patterns do not match the scenario",
  );
  note("it notices failed checks, wrong errors and leaks");
}

export function registerRepetition(): void {
  add("T26", "the test harness notices failures", t26);
  add("T25", "scenarios run again, twice, in reverse order", t25);
}
