/**
 * Time, as the machine's cycle counter tells it, and the lines that the host collects.
 *
 * A measurement is a number of batches. Each batch is a row of equal operations between `start` and `stop`, and one
 * line of output: the name of the measurement, its size, how many operations, how many nanoseconds.
 *
 *     bench: mm-pair 10000 256 183210
 *
 * What is said about the batches (medians, ratios) is the host's business. The counter is asked by a system call, whose
 * time is measured before each measurement and left out; its lower 32 bits come back, so a batch must be shorter than
 * four seconds.
 *
 * A batch is a function that is called by its address. So it stays a function of its own, and the host's compiler, which
 * exchanges code for better code between calls only, gets a chance to do so; the first batches are for that, and quiet.
 */

import { errIsFail, errval_t } from "../../../system/kpi/errval";
import { str } from "../../../system/kpi/format";
import { DebugCall } from "../../../system/kpi/system-calls";
import { userPanicErr } from "../../../system/libaos/debug";
import { Out } from "../../../system/libaos/out";
import { printf } from "../../../system/libaos/print";
import { sysDebug } from "../../../system/libaos/system-calls";

/** Carries out a batch of `operations` on something of size `size`. */
export type Batch = (size: u32, operations: u32) => void;

const WARM_UP: u32 = 20;
const READINGS: u32 = 32;

@unmanaged
class Stopwatch {
  started: u32;
  passed: u32;
  /** 1 while batches are not reported. */
  quiet: u32;
  /** What two readings in a row differ by. */
  overhead: u32;
}

const stopwatch = changetype<Stopwatch>(memory.data(16, 4));

function now(): u32 {
  sysDebug(DebugCall.CYCLE_COUNTER);
  return Out.value;
}

function calibrate(): void {
  let least: u32 = U32.MAX_VALUE;
  for (let i: u32 = 0; i < READINGS; i++) {
    const first = now();
    least = min(least, now() - first);
  }
  stopwatch.overhead = least;
}

/** Begins a batch. */
export function start(): void {
  stopwatch.passed = 0;
  stopwatch.started = now();
}

/** Leaves out what comes until `resume`. */
export function pause(): void {
  const passed = now() - stopwatch.started;
  if (passed > stopwatch.overhead) stopwatch.passed += passed - stopwatch.overhead;
}

export function resume(): void {
  stopwatch.started = now();
}

/** Ends a batch of `operations` and tells the host. */
export function stop(name: string, size: u32, operations: u32): void {
  pause();
  if (stopwatch.quiet != 0) return;
  printf("bench: %s %u %u %u\n", str(name), size, operations, stopwatch.passed);
}

/** Runs batches that start and stop the time themselves. */
export function runBatches(size: u32, operations: u32, batches: u32, batch: Batch): void {
  stopwatch.quiet = 1;
  for (let i: u32 = 0; i < min(batches, WARM_UP); i++) batch(size, operations);
  stopwatch.quiet = 0;
  calibrate();
  for (let i: u32 = 0; i < batches; i++) batch(size, operations);
}

/** Measures batches from end to end. */
export function measure(name: string, size: u32, operations: u32, batches: u32, batch: Batch): void {
  for (let i: u32 = 0; i < min(batches, WARM_UP); i++) batch(size, operations);
  calibrate();
  for (let i: u32 = 0; i < batches; i++) {
    start();
    batch(size, operations);
    stop(name, size, operations);
  }
}

/** For what a benchmark cannot do without. */
export function must(err: errval_t, what: string): void {
  if (errIsFail(err)) userPanicErr(err, "evidence/bench/programs", what);
}
