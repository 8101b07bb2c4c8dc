/** The library as the assignment hands it out, with nothing implemented. It is for `--libmm stub`. */
import { LIB_ERR_NOT_IMPLEMENTED } from "../kpi/errno";
import { errval_t } from "../kpi/errval";
import { genpaddr_t, gensize_t } from "../kpi/types";
import { capref } from "../libaos/capref";
import { SlabRefillFunction } from "../libaos/slab";
import { Mm, SlotAllocFunction, SlotRefillFunction } from "./mm";

export function mmInitStub(
  _mm: Mm,
  _objtype: u32,
  _slabRefill: SlabRefillFunction | null,
  _slotAlloc: SlotAllocFunction,
  _slotRefill: SlotRefillFunction,
  _slotAllocInst: usize,
): errval_t {
  return LIB_ERR_NOT_IMPLEMENTED;
}

export function mmAddStub(_mm: Mm, _cap: capref, _base: genpaddr_t, _size: gensize_t): errval_t {
  return LIB_ERR_NOT_IMPLEMENTED;
}

export function mmAllocAlignedStub(_mm: Mm, _size: u64, _alignment: u64): errval_t {
  return LIB_ERR_NOT_IMPLEMENTED;
}

export function mmFreeStub(_mm: Mm, _cap: capref, _base: genpaddr_t, _size: gensize_t): errval_t {
  return LIB_ERR_NOT_IMPLEMENTED;
}
