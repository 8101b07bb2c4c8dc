/**
 * The error type of the CPU driver: the low 32 bits of an `errval_t` (`errval.ts`), which hold three codes. A system call
 * returns it in one register.
 *
 *     31 30 29     20 19     10 9       0
 *     +----+---------+---------+---------+
 *     |    | cause   | ...     | latest  |
 *     +----+---------+---------+---------+
 *
 * Only wasm code imports this file.
 */
import { SYS_ERR_COUNT_SUCCESS } from "./errno";
import { ERR_CODE_BITS } from "./errval";

/** An error, or success. The value 0 (`SYS_ERR_OK`) is a success. Ask `sysErrIsFail`; do not compare with one code. */
export type syserr_t = u32;

const CODE_MASK: u32 = (1 << ERR_CODE_BITS) - 1;

/** `err` with one more code, which says what the caller was doing when it failed. */
export function sysErrPush(err: syserr_t, code: u32): syserr_t {
  return (err << ERR_CODE_BITS) | code;
}

export function sysErrIsFail(err: syserr_t): bool {
  return (err & CODE_MASK) >= u32(SYS_ERR_COUNT_SUCCESS);
}
