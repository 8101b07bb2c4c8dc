/**
 * The benchmark program: what the memory system costs, measured from where it is used, in user mode and through real
 * system calls. It starts as init does, takes its place on the board, and prints a line for each batch (`stopwatch.ts`).
 *
 * The environment says what to measure: BENCH=memory, calls, mapping, loads, revoke or root-growth; all if it is absent.
 * PAGES=n is the largest number of live pages.
 */

import { initializeRamAlloc } from "../../../system/init/mem-alloc";
import { errIsFail } from "../../../system/kpi/errval";
import { argv, getenv, parseDecimal, textEquals } from "../../../system/libaos/arguments";
import { userPanicErr } from "../../../system/libaos/debug";
import { domain } from "../../../system/libaos/domain";
import { libraryInit } from "../../../system/libaos/startup";
import { sysExit } from "../../../system/libaos/system-calls";
import { benchNullCall } from "./calls";
import { livePagesInit, livePagesSet } from "./live-pages";
import { benchLoads, benchMapping, benchRawMapping } from "./mapping";
import { benchMemory } from "./memory";
import { benchRevokeCopies, benchRevokeDescendants } from "./revoke";
import { benchRootGrowth } from "./root-growth";
import { must } from "./stopwatch";

/** Live pages, if nobody says: as many as a GiB has, less what the account of them takes. */
const MANY_PAGES: u32 = 250000;

/** Where the host finds the state of everything: the address of the domain state, a `DomainLayout`. */
export function domainState(): u32 {
  return u32(changetype<usize>(domain));
}

function isWanted(group: string): bool {
  const wanted = getenv("BENCH");
  return wanted == 0 || textEquals(wanted, group);
}

/** Runs `bench` with 100, 1,000 ... up to `limit`. */
function byTens(bench: (size: u32) => void, first: u32, limit: u32): void {
  for (let size = first; size < limit; size *= 10) bench(size);
  bench(limit);
}

function memory(): void {
  const pages = getenv("PAGES");
  byTens(benchMemory, 100, pages != 0 ? parseDecimal(pages) : MANY_PAGES);
  livePagesSet(0);
}

function mapped(pages: u32): void {
  benchRawMapping(pages);
  benchMapping(pages);
}

function mapping(): void {
  mapped(1);
  mapped(64);
  mapped(512);
  mapped(2048);
}

function revoke(): void {
  byTens(benchRevokeDescendants, 1, 65536);
  byTens(benchRevokeCopies, 1, 10000);
}

function main(): void {
  livePagesInit(MANY_PAGES);
  if (isWanted("calls")) benchNullCall();
  if (isWanted("loads")) benchLoads();
  if (isWanted("mapping")) mapping();
  if (isWanted("memory")) memory();
  if (isWanted("revoke")) revoke();
  if (isWanted("root-growth")) benchRootGrowth();
  sysExit(0);
}

/** Entry. `args` is the address of the argument structure. */
export function _start(args: u32): void {
  must(libraryInit(args), "the library cannot start");
  domain.bootinfo = usize(parseDecimal(argv(1)));
  const err = initializeRamAlloc();
  if (errIsFail(err)) userPanicErr(err, "_start() evidence/bench/programs/main.ts", "the RAM allocator cannot start");
  main();
}
