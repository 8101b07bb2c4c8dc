/**
 * The output of the scenarios: a heading for each group, a line for each scenario, the accounts, and a summary.
 *
 *     T03  600 pages one by one, none given back                ok      600 allocations, 3 refills of slots
 *     T41  addresses that cannot be mapped                      FAILED  unaligned: expected X, got success
 */
import { errText } from "../../kpi/errno";
import { errIsFail } from "../../kpi/errval";
import { str } from "../../kpi/format";
import { mdbInvariantText } from "../../kpi/mdb-invariants";
import { debugErr } from "../../libaos/debug";
import { domain } from "../../libaos/domain";
import { debugPrintf, printf, printPart } from "../../libaos/print";
import { mmInvariantText } from "../../libmm/invariants";
import { Accounts, accountsPrintKept } from "./accounts";
import { Course, Expectation } from "./check";
import { groupName, Scenario } from "./list";

const ID_WIDTH: i32 = 5;
const TITLE_WIDTH: i32 = 58;
const RESULT_WIDTH: i32 = 8;
const COLON: i32 = 0x3a;

/** Starts a line as `debugPrintf` does; `endLine` prints it. */
function beginLine(): void {
  printPart("%z.%u.0: ", domain.name, domain.coreId);
}

function endLine(): void {
  printf("\n");
}

/** Prints a text and fills it up with spaces to a width. */
function printColumn(text: string, width: i32): void {
  printPart("%s", str(text));
  for (let i = text.length; i < width; i++) printPart(" ");
}

/** Prints the name from the text of an error: "NAME: sentence". */
function printErrorName(code: u64): void {
  const text = errText(u32(code));
  for (let i = 0; i < text.length && text.charCodeAt(i) != COLON; i++) printPart("%c", text.charCodeAt(i));
}

export function reportHeading(group: u32): void {
  debugPrintf("-- %s\n", str(groupName(group)));
}

/** Prints one line of the list of scenarios. */
export function reportListed(scenario: Scenario): void {
  beginLine();
  printColumn(scenario.id, ID_WIDTH);
  printColumn(groupName(scenario.group), 36);
  printPart("%s", str(scenario.title));
  endLine();
}

function printExpectation(course: Course): void {
  const index = course.index;
  printPart("%s", u64(course.what));
  if (index != 0) printPart(" (%lu)", index);
  switch (course.expectation) {
    case Expectation.SUCCESS:
      printPart(": expected success, got ");
      printErrorName(course.err & 0x3ff);
      break;
    case Expectation.ERROR:
      printPart(": expected ");
      printErrorName(course.wanted);
      printPart(", got ");
      printErrorName(course.got);
      break;
    case Expectation.NUMBER:
      printPart(": expected %lu, got %lu", course.wanted, course.got);
      break;
    default:
      printPart(": expected this to hold");
  }
}

/** Prints the error that caused a failure, level by level. */
function printError(scenario: Scenario, course: Course): void {
  if (errIsFail(course.err)) debugErr(course.err, scenario.id, changetype<string>(course.what));
}

export function reportResult(scenario: Scenario, course: Course, before: Accounts, after: Accounts): void {
  beginLine();
  printColumn(scenario.id, ID_WIDTH);
  printColumn(scenario.title, TITLE_WIDTH);
  if (course.expectation != Expectation.NONE) {
    printColumn("FAILED", RESULT_WIDTH);
    printExpectation(course);
    endLine();
    return printError(scenario, course);
  }
  printColumn("ok", RESULT_WIDTH);
  if (course.note != 0) {
    printf(changetype<string>(course.note), course.note0, course.note1, course.note2, course.note3);
  }
  accountsPrintKept(before, after, course.note != 0);
  endLine();
}

/** Prints why a scenario failed that another scenario ran. */
export function reportNested(scenario: Scenario, course: Course): void {
  beginLine();
  printColumn(scenario.id, ID_WIDTH);
  printPart("run again: ");
  printExpectation(course);
  endLine();
  printError(scenario, course);
}

/** The end of "scenario", for `%s`. */
function pluralEnd(count: u32): u64 {
  return str(count == 1 ? "" : "s");
}

/** The last line of a list. */
export function reportCount(listed: u32): void {
  debugPrintf("%u scenario%s\n", listed, pluralEnd(listed));
}

/** Says that a scenario begins, the `number`th of `asked`. The host asks for these lines, to know what runs. */
export function reportBegin(scenario: Scenario, number: u32, asked: u32): void {
  beginLine();
  printColumn(scenario.id, ID_WIDTH);
  printPart("begins, %u of %u", number, asked);
  endLine();
}

/** Says which of two structures a scenario broke, and how. A number is 0 if the structure is sound. */
export function reportBroken(scenario: Scenario, manager: u32, database: u32): void {
  if (manager != 0) reportBrokenPart(scenario, "memory manager", manager, mmInvariantText(manager));
  if (database != 0) reportBrokenPart(scenario, "mapping database", database, mdbInvariantText(database));
}

function reportBrokenPart(scenario: Scenario, part: string, invariant: u32, sentence: string): void {
  beginLine();
  printPart("the %s is broken since %s: ", str(part), str(scenario.id));
  printPart("invariant %u, %s: no further scenario runs", invariant, str(sentence));
  endLine();
}

export function reportSummary(run: u32, failures: u32, notRun: u32): void {
  const asked = run + notRun;
  beginLine();
  printPart("%u scenario%s: ", asked, pluralEnd(asked));
  printPart("%u ok, %u failed", run - failures, failures);
  if (notRun != 0) printPart(", %u not run", notRun);
  endLine();
}
