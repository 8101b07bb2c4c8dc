/**
 * Time, as the machine's cycle counter tells it, and the lines that the host collects.
 *
 * A measurement is a number of batches. Each batch is a row of equal operations between `start` and `stop`, and one
 * line of output: the name of the measurement, its size, how many operations, how many nanoseconds.
 *
 *     bench: mm_alloc + mm_free 10000 256 183210
 *
 * What is said about the batches (medians, ratios) is the host's business. The counter is asked by a system call, so a
 * batch must be long enough for one call not to count; its lower 32 bits come back, so it must be shorter than four
 * seconds.
 */

import { errIsFail, errval_t } from "../../kpi/errval";
import { str } from "../../kpi/format";
import { DebugCall } from "../../kpi/system-calls";
import { userPanicErr } from "../libaos/debug";
import { Out } from "../libaos/out";
import { printf } from "../libaos/print";
import { sysDebug } from "../libaos/system-calls";

@unmanaged
class Stopwatch {
  started: u32;
  passed: u32;
}

const stopwatch = changetype<Stopwatch>(memory.data(8, 4));

function now(): u32 {
  sysDebug(DebugCall.CYCLE_COUNTER);
  return Out.value;
}

/** Begins a batch. */
export function start(): void {
  stopwatch.passed = 0;
  stopwatch.started = now();
}

/** Leaves out what comes until `resume`. */
export function pause(): void {
  stopwatch.passed += now() - stopwatch.started;
}

export function resume(): void {
  stopwatch.started = now();
}

/** Ends a batch of `operations` and tells the host. */
export function stop(name: string, size: u32, operations: u32): void {
  pause();
  printf("bench: %s %u %u %u\n", str(name), size, operations, stopwatch.passed);
}

/** For what a benchmark cannot do without. */
export function must(err: errval_t, what: string): void {
  if (errIsFail(err)) userPanicErr(err, "user/bench", what);
}
