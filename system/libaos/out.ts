/**
 * Where a function leaves what it yields besides its error.
 *
 * A function returns `errval_t`; if that is no failure its results stand here, and the caller copies them into locals
 * before it calls anything else. (There are no pointers to locals in this language.) Which fields a function sets is
 * said in its description: `-> Out.cap, Out.bytes`.
 */
import { genpaddr_t, gensize_t, lvaddr_t } from "../kpi/types";
import { capref, cnoderef } from "./capref";

export class Out {
  static cap: capref = 0;
  static cnode: cnoderef = 0;
  /** Physical address of an object, and its size. */
  static base: genpaddr_t = 0;
  static bytes: gensize_t = 0;
  /** Type of an object. */
  static type: u32 = 0;
  /** Virtual address of mapped or reserved memory. */
  static buffer: lvaddr_t = 0;
  /** The value word of a system call. */
  static value: u32 = 0;
}
