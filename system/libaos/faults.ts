/**
 * Fault injection for tests: the n-th request of a kind is refused, as if the resource had run out. The tests then
 * check that the failed operation leaves nothing behind. Nothing is refused until `faultArm` is called.
 *
 *      0               40
 *     +---------------+-------+
 *     | left: 10 x 32 | met   |
 *     +---------------+-------+
 */

import { FaultKind } from "./layout/fault-kind";

@unmanaged
class Faults {
  private leftAddress(kind: u32): usize {
    return changetype<usize>(this) + (kind << 2);
  }
  /** Number of requests of a kind up to and including the one to refuse; 0 if none will be refused. */
  getLeft(kind: u32): u32 {
    return load<u32>(this.leftAddress(kind));
  }
  setLeft(kind: u32, count: u32): void {
    store<u32>(this.leftAddress(kind), count);
  }
  get met(): u32 {
    return load<u32>(changetype<usize>(this) + (FaultKind.COUNT << 2));
  }
  set met(count: u32) {
    store<u32>(changetype<usize>(this) + (FaultKind.COUNT << 2), count);
  }
}

const faults = changetype<Faults>(memory.data(44, 4));
if (FaultKind.COUNT * 4 + 4 != 44) ERROR("faults: room for the counts");

/** Arms the injection: only the `nth` request of a kind from now on is refused. */
export function faultArm(kind: u32, nth: u32): void {
  faultDisarm();
  faults.setLeft(kind, nth);
}

/** Disarms the injection: nothing is refused. */
export function faultDisarm(): void {
  for (let kind: u32 = 0; kind < <u32>FaultKind.COUNT; kind++) faults.setLeft(kind, 0);
  faults.met = 0;
}

/** Was a request refused since the last `faultArm`? */
export function faultWasMet(): bool {
  return faults.met != 0;
}

/** Counts one request of a kind; true if it must be refused. The code that serves the request calls it. */
export function faultDue(kind: u32): bool {
  const left = faults.getLeft(kind);
  if (left == 0) return false;
  faults.setLeft(kind, left - 1);
  if (left > 1) return false;
  faults.met = 1;
  return true;
}
