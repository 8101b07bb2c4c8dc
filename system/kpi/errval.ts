/**
 * The error type of all programs. An error is a chain of codes, with the latest code in the lowest bits.
 *
 *      63  60 59   50          29    20 19    10 9      0
 *     +------+-------+-- ... --+--------+--------+--------+
 *     | 0    | cause |         | ...    | ...    | latest |
 *     +------+-------+-- ... --+--------+--------+--------+
 *
 * Each function that passes an error on pushes a code for what it was doing. So the chain reads from the outermost call
 * to the cause. A seventh code pushes the oldest one out. Only the latest code decides between success and failure. A
 * system call returns the low 32 bits, which hold three codes.
 *
 * Only wasm code imports this file; the host uses `errno.ts`.
 */
import { SYS_ERR_COUNT_SUCCESS } from "./errno";

export type errval_t = u64;

export const ERR_CODE_BITS = 10;
export const ERR_LEVELS = 6;

const CODE_MASK: u64 = (1 << ERR_CODE_BITS) - 1;
const CHAIN_MASK: u64 = ((<u64>1) << (ERR_CODE_BITS * ERR_LEVELS)) - 1;

/** The latest code of an error. */
export function errNo(err: errval_t): u32 {
  return <u32>(err & CODE_MASK);
}

/** `err` with one more code, which says what the caller was doing when it failed. */
export function errPush(err: errval_t, code: u32): errval_t {
  return ((err << ERR_CODE_BITS) | <u64>code) & CHAIN_MASK;
}

/** `err` without its latest code. */
export function errPop(err: errval_t): errval_t {
  return err >> ERR_CODE_BITS;
}

export function errIsOk(err: errval_t): bool {
  return errNo(err) < SYS_ERR_COUNT_SUCCESS;
}

export function errIsFail(err: errval_t): bool {
  return !errIsOk(err);
}
