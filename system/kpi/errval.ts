/**
 * An error as programs carry it: a chain of codes, the latest in the lowest bits.
 *
 *      63  60 59   50          29    20 19    10 9      0
 *     +------+-------+-- ... --+--------+--------+--------+
 *     | 0    | cause |         | ...    | ...    | latest |
 *     +------+-------+-- ... --+--------+--------+--------+
 *
 * Each function on the way up pushes what it was doing, so the chain reads from the outermost call to the cause. A
 * seventh code pushes the oldest out. The latest code alone decides between success and failure. A system call
 * answers with the low 32 bits: three codes and no more.
 *
 * For wasm code only; the host uses `errno.ts`.
 */
import { SYS_ERR_COUNT_SUCCESS } from "./errno";

export type errval_t = u64;

export const ERR_CODE_BITS = 10;
export const ERR_LEVELS = 6;

const CODE_MASK: u64 = (1 << ERR_CODE_BITS) - 1;
const CHAIN_MASK: u64 = ((<u64>1) << (ERR_CODE_BITS * ERR_LEVELS)) - 1;

/** The latest code. */
export function errNo(err: errval_t): u32 {
  return <u32>(err & CODE_MASK);
}

/** `err` with one more code: what the caller was doing when it failed. */
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
