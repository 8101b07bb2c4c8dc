/**
 * The dispatcher control block (DCB) is the object of a Dispatcher capability. It has 1 KiB, and only the CPU driver
 * accesses it.
 *
 *      0            64           128          192     196        200        204            208
 *     +------------+------------+------------+-------+----------+----------+--------------+---------+
 *     | CSpace root| VSpace root| dispatcher | state | disabled | domainId | dispatcher's | run     |
 *     | (slot)     | (slot)     | frame(slot)|       |          |          | user address | queue   |
 *     +------------+------------+------------+-------+----------+----------+--------------+---------+
 *     212        216      220        224    228      232       256                      1024
 *     +----------+--------+----------+------+--------+---------+--------------------------+
 *     | task type| weight | deadline | wcet | period | release | save area: r0-r15, cpsr  |
 *     +----------+--------+----------+------+--------+---------+--------------------------+
 *
 * The three slots hold copies of capabilities. So the CSpace, the address space and the frame exist at least as long as
 * the dispatcher, unless they are revoked.
 */
import { OBJSIZE_DISPATCHER } from "../../kpi/types";
import { localPhysToMem } from "../arch/armv7/phys";
import { Cte, cteAt } from "../cap/cte";
import { DCB_SLOTS, DcbLayout } from "../layout/dcb-layout";

@unmanaged
export class Dcb {
  get cspace(): Cte {
    return cteAt(changetype<usize>(this) + DcbLayout.CSPACE, 0);
  }
  get vspace(): Cte {
    return cteAt(changetype<usize>(this) + DcbLayout.VSPACE, 0);
  }
  get dispFrame(): Cte {
    return cteAt(changetype<usize>(this) + DcbLayout.DISPFRAME, 0);
  }
  get state(): u32 {
    return load<u32>(changetype<usize>(this), DcbLayout.STATE);
  }
  set state(state: u32) {
    store<u32>(changetype<usize>(this), state, DcbLayout.STATE);
  }
  set isDisabled(disabled: bool) {
    store<u32>(changetype<usize>(this), u32(disabled), DcbLayout.IS_DISABLED);
  }
  get domainId(): u32 {
    return load<u32>(changetype<usize>(this), DcbLayout.DOMAIN_ID);
  }
  set domainId(id: u32) {
    store<u32>(changetype<usize>(this), id, DcbLayout.DOMAIN_ID);
  }
  set dispUserAddress(address: u32) {
    store<u32>(changetype<usize>(this), address, DcbLayout.DISP_USER_ADDRESS);
  }
  get runNext(): Dcb | null {
    return changetype<Dcb | null>(usize(load<u32>(changetype<usize>(this), DcbLayout.RUN_NEXT)));
  }
  set runNext(next: Dcb | null) {
    store<u32>(changetype<usize>(this), u32(changetype<usize>(next)), DcbLayout.RUN_NEXT);
  }

  /** Stores the scheduling parameters of a `Properties` call. */
  setProperties(taskType: u32, weight: u32, deadline: u32, wcet: u32, period: u32, release: u32): void {
    const at = changetype<usize>(this);
    store<u32>(at, taskType, DcbLayout.TASK_TYPE);
    store<u32>(at, weight, DcbLayout.WEIGHT);
    store<u32>(at, deadline, DcbLayout.DEADLINE);
    store<u32>(at, wcet, DcbLayout.WCET);
    store<u32>(at, period, DcbLayout.PERIOD);
    store<u32>(at, release, DcbLayout.RELEASE);
  }

  savedRegister(register: u32): u32 {
    return load<u32>(changetype<usize>(this) + (register << 2), DcbLayout.SAVE_AREA);
  }
  saveRegister(register: u32, value: u32): void {
    store<u32>(changetype<usize>(this) + (register << 2), value, DcbLayout.SAVE_AREA);
  }

  /** Does the dispatcher have a CSpace, an address space and a frame? */
  get isComplete(): bool {
    return !this.cspace.isEmpty && !this.vspace.isEmpty && !this.dispFrame.isEmpty;
  }
}

if (DcbLayout.SAVE_AREA + DcbLayout.SAVE_REGISTERS * 4 > DcbLayout.SIZE) ERROR("the save area must fit the DCB");
if (DcbLayout.SIZE != OBJSIZE_DISPATCHER) ERROR("a DCB has the size of its object");
if (DcbLayout.DISPFRAME + 64 != DcbLayout.STATE || DCB_SLOTS * 64 != DcbLayout.STATE)
  ERROR("a DCB begins with its slots");

/** The control block of a Dispatcher capability. */
export function dcbOf(dispatcher: Cte): Dcb {
  return changetype<Dcb>(localPhysToMem(u32(dispatcher.base)));
}
