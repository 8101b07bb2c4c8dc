/** Replaces what only our own memory manager can do in one step (system/init/one-step.ts). */
import { errIsFail, errval_t } from "../../system/kpi/errval";
import { capIdentify } from "../../system/libaos/capabilities";
import { capref } from "../../system/libaos/capref";
import { domain } from "../../system/libaos/domain";
import { Out } from "../../system/libaos/out";
import { Mm, mmFree } from "../../system/libmm/mm";

export function oneStepInit(): void {}

export function freeByCap(cap: capref): errval_t {
  const err = capIdentify(cap);
  return errIsFail(err) ? err : mmFree(changetype<Mm>(domain.mm), cap, Out.base, Out.bytes);
}
