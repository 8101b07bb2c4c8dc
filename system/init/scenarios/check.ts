/**
 * Checks for scenarios. Each function returns whether the check passed. The first failure is kept for the report. The
 * scenario continues as far as possible after a failure, to free what it holds.
 *
 *     if (!ok(ramAlloc(BASE_PAGE_SIZE), "RAM for a page")) return;
 */
import { errIsFail, errNo, errval_t } from "../../kpi/errval";

/** The kind of check that failed. */
export const enum Expectation {
  NONE = 0,
  SUCCESS = 1,
  ERROR = 2,
  NUMBER = 3,
  TRUTH = 4,
}

/** The state of one running scenario: its first failure, and its remark. */
@unmanaged
export class Course {
  expectation: u32;
  /** What was checked; a string literal of the program. */
  what: usize;
  /** Number of the checked item, if there are several. */
  index: u64;
  wanted: u64;
  got: u64;
  err: errval_t;
  /** The remark for the result line: a format and its arguments. */
  note: usize;
  note0: u64;
  note1: u64;
  note2: u64;
  note3: u64;
}

const COURSES = 2;
const COURSE_SIZE = 80;
if (offsetof<Course>() != COURSE_SIZE) ERROR("Course: size");

/** One record for each level, because a scenario may run others. */
@unmanaged
class Courses {
  level: u32;
}

const courses = changetype<Courses>(memory.data(4, 4));
const records: usize = memory.data(160, 8);
if (COURSES * COURSE_SIZE != 160) ERROR("check: room for the courses");

export function course(): Course {
  return changetype<Course>(records + courses.level * COURSE_SIZE);
}

/** Starts a new record; if `nested`, one level below the present one. */
export function courseBegin(nested: bool): Course {
  if (nested) courses.level++;
  const fresh = course();
  memory.fill(changetype<usize>(fresh), 0, COURSE_SIZE);
  return fresh;
}

/** Returns to the record of the scenario that ran another one. */
export function courseEndNested(): void {
  courses.level--;
}

/** Has a check failed so far? */
export function failed(): bool {
  return course().expectation != Expectation.NONE;
}

function fail(expectation: u32, what: string, index: u64, wanted: u64, got: u64, err: errval_t): bool {
  const current = course();
  if (current.expectation != Expectation.NONE) return false;
  current.expectation = expectation;
  current.what = changetype<usize>(what);
  current.index = index;
  current.wanted = wanted;
  current.got = got;
  current.err = err;
  return false;
}

/** Checks that a call succeeded. */
export function ok(err: errval_t, what: string, index: u64 = 0): bool {
  return !errIsFail(err) || fail(Expectation.SUCCESS, what, index, 0, 0, err);
}

/** Checks that a call failed with `code` as the outermost error. */
export function fails(err: errval_t, code: u64, what: string, index: u64 = 0): bool {
  return u64(errNo(err)) == code || fail(Expectation.ERROR, what, index, code, u64(errNo(err)), err);
}

/** Checks that two numbers are equal. */
export function equal(got: u64, wanted: u64, what: string, index: u64 = 0): bool {
  return got == wanted || fail(Expectation.NUMBER, what, index, wanted, got, 0);
}

/** Checks that a condition holds. */
export function holds(condition: bool, what: string, index: u64 = 0): bool {
  return condition || fail(Expectation.TRUTH, what, index, 0, 0, 0);
}

/** Sets the remark for the result line. A later call replaces it. */
export function note(fmt: string, a0: u64 = 0, a1: u64 = 0, a2: u64 = 0, a3: u64 = 0): void {
  const current = course();
  current.note = changetype<usize>(fmt);
  current.note0 = a0;
  current.note1 = a1;
  current.note2 = a2;
  current.note3 = a3;
}
