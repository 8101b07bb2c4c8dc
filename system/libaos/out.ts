/**
 * The results that functions return in addition to their error.
 *
 * A function returns `errval_t`. If that is no failure, its results are in this class. The caller copies them into
 * locals before it calls anything else. (This language has no pointers to locals.) The comment of a function names the
 * fields that it sets: `-> Out.cap, Out.bytes`.
 */
import { genpaddr_t, gensize_t, lvaddr_t } from "../kpi/types";
import { capref, cnoderef } from "./capref";

export class Out {
  static cap: capref = 0;
  static cnode: cnoderef = 0;
  /** Physical address and size of an object. */
  static base: genpaddr_t = 0;
  static bytes: gensize_t = 0;
  /** Type of an object. */
  static type: u32 = 0;
  /** Virtual address of mapped or reserved memory. */
  static buffer: lvaddr_t = 0;
  /** The value that a system call returns. */
  static value: u32 = 0;
}
