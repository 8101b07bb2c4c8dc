/**
 * The results that functions return in addition to their error.
 *
 * A function returns `errval_t`. If that is no failure, its results are in this class. The caller copies them into
 * locals before it calls anything else. (This language has no pointers to locals.) The comment of a function names the
 * fields that it sets: `-> Out.cap, Out.bytes`.
 */
import { genpaddr_t, gensize_t, lvaddr_t } from "../kpi/types";
import { capref, cnoderef } from "./capref";

/**
 * The results of the last call. Each function says which fields it sets. The next call may change any field, so copy
 * what you need into locals at once. The fields have no meaning after an error.
 *
 * @example
 * const err = frameAlloc(8192);
 * if (errIsFail(err)) return err;
 * const buffer = Out.cap;
 * const size = Out.bytes;
 */
export class Out {
  /** The slot of the capability that the call made or found. */
  static cap: capref = 0;
  /** The CNode that the call made or found. */
  static cnode: cnoderef = 0;
  /** Physical address of an object. */
  static base: genpaddr_t = 0;
  /** Size of an object in bytes. */
  static bytes: gensize_t = 0;
  /** Type of an object, an `ObjType`. */
  static type: u32 = 0;
  /** Virtual address of mapped or reserved memory. */
  static buffer: lvaddr_t = 0;
  /** The value that a system call returns. */
  static value: u32 = 0;
}
