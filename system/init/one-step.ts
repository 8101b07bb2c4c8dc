/**
 * What init's memory manager does in one step, beyond the interface of the assignment: it makes objects directly from
 * its regions, and takes memory back by the capability alone. The lab replaces this file (`lab/program/`), because a
 * manager that somebody else wrote has only that interface.
 */
import { errval_t } from "../kpi/errval";
import { capref } from "../libaos/capref";
import { domain } from "../libaos/domain";
import { objectAllocSet } from "../libaos/ram-alloc";
import { mmAllocObject } from "../libmm/alloc";
import { mmFreeCap } from "../libmm/free";
import { Mm } from "../libmm/manager";

function aosObjectAlloc(dest: capref, type: u32, bytes: u64, alignment: u64): errval_t {
  return mmAllocObject(changetype<Mm>(domain.mm), dest, type, bytes, alignment);
}

/** Lets the domain allocate objects in one step. */
export function oneStepInit(): void {
  objectAllocSet(aosObjectAlloc);
}

/** Takes back the memory of a capability and destroys the capability. */
export function freeByCap(cap: capref): errval_t {
  return mmFreeCap(changetype<Mm>(domain.mm), cap);
}
