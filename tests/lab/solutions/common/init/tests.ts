/** Allocates more pieces than a CNode has slots, writes to a mapped frame, and frees everything again. */
import {
  capref,
  debugErr,
  debugPrintf,
  errIsFail,
  frameAlloc,
  getCurrentPagingState,
  Out,
  pagingAlloc,
  ramAlloc,
  ramFree,
  VRegionFlags,
} from "../libaos";
import { pagingMapFixedAttr } from "../libaos/mapping/map-fixed";

const COUNT: u32 = 300;
/** References to the pieces. */
const pieces: usize = memory.data(300 * 8, 8);

function allocateMany(): u32 {
  for (let i: u32 = 0; i < COUNT; i++) {
    const err = ramAlloc(4096 << (i % 4));
    if (errIsFail(err)) {
      debugErr(err, "allocateMany", "piece %u", i);
      return i;
    }
    store<capref>(pieces + i * 8, Out.cap);
  }
  return COUNT;
}

function freeAll(count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const err = ramFree(load<capref>(pieces + i * 8));
    if (errIsFail(err)) debugErr(err, "freeAll", "piece %u", i);
  }
}

function writeAndRead(): bool {
  const st = getCurrentPagingState();
  if (errIsFail(frameAlloc(8192))) return false;
  const frame = Out.cap;
  if (errIsFail(pagingAlloc(st, 8192))) return false;
  const va = Out.buffer;
  if (errIsFail(pagingMapFixedAttr(st, va, frame, 8192, VRegionFlags.READ_WRITE))) return false;
  for (let i: u32 = 0; i < 2048; i++) store<u32>(va + i * 4, i);
  for (let i: u32 = 0; i < 2048; i++) if (load<u32>(va + i * 4) != i) return false;
  return true;
}

export function ownTests(): void {
  const count = allocateMany();
  debugPrintf("%u of %u pieces allocated\n", count, COUNT);
  freeAll(count);
  if (writeAndRead()) debugPrintf("a mapped frame holds what was written\n");
  else debugPrintf("a mapped frame does NOT hold what was written\n");
}
