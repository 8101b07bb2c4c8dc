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

/**
 * An error, or success. It holds up to six codes: what the outermost function was doing, what the function below it was
 * doing, down to the cause. The value 0 (`SYS_ERR_OK`) is a success. Ask `errIsFail`; do not compare with one code.
 */
export type errval_t = u64;

export const ERR_CODE_BITS = 10;
export const ERR_LEVELS = 6;

const CODE_MASK: u64 = (1 << ERR_CODE_BITS) - 1;
const CHAIN_MASK: u64 = ((<u64>1) << (ERR_CODE_BITS * ERR_LEVELS)) - 1;

/**
 * The latest code of an error: the one that the outermost function pushed. To find a cause below it, remove codes with
 * `errPop` first.
 *
 * @returns a code, 0 to 1023, such as `MM_ERR_NOT_FOUND`
 * @example
 * const err = ramAlloc(0x10000000000);
 * if (errNo(err) == MM_ERR_NOT_FOUND) debugPrintf("there is no such piece\n");
 */
export function errNo(err: errval_t): u32 {
  return <u32>(err & CODE_MASK);
}

/**
 * `err` with one more code, which says what the caller was doing when it failed. Call it with errors only, not with
 * `SYS_ERR_OK`. An error holds six codes; a seventh pushes the oldest one out.
 *
 * @example
 * const err = slotAlloc();
 * if (errIsFail(err)) return errPush(err, LIB_ERR_SLOT_ALLOC);
 */
export function errPush(err: errval_t, code: u32): errval_t {
  return ((err << ERR_CODE_BITS) | <u64>code) & CHAIN_MASK;
}

/**
 * `err` without its latest code; 0 if it has only one.
 *
 * @example
 * const err = frameAlloc(4096);
 * for (let rest = err; rest != 0; rest = errPop(rest)) debugPrintf("code %u\n", errNo(rest));
 */
export function errPop(err: errval_t): errval_t {
  return err >> ERR_CODE_BITS;
}

export function errIsOk(err: errval_t): bool {
  return errNo(err) < SYS_ERR_COUNT_SUCCESS;
}

/**
 * Is this an error? Test every `errval_t` before you use the results in `Out`.
 *
 * @example
 * const err = ramAlloc(4096);
 * if (errIsFail(err)) return err;
 * const page = Out.cap;
 */
export function errIsFail(err: errval_t): bool {
  return !errIsOk(err);
}
