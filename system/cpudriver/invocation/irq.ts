/**
 * The interrupt table: which end point hears of which interrupt. The CPU driver holds a copy of the end point for each
 * line; it goes with its dispatcher. (Specification of capabilities, sections 4.1 and 5.5.)
 */
import { CapLevel } from "../../kpi/cspace";
import {
  SYS_ERR_IRQ_INVALID,
  SYS_ERR_IRQ_LOOKUP,
  SYS_ERR_IRQ_NO_LISTENER,
  SYS_ERR_IRQ_NOT_ENDPOINT,
  SYS_ERR_OK,
  SYS_ERR_SLOT_IN_USE,
} from "../../kpi/errno";
import { errIsFail, errval_t } from "../../kpi/errval";
import { ObjType } from "../../kpi/object-types";
import { CapRights } from "../../kpi/types";
import { commitCopy } from "../cap/copy";
import { Cte, cteAt } from "../cap/cte";
import { commitDelete } from "../cap/delete";
import { Found } from "../cap/lookup";
import { Arg, lookupOfCaller } from "./registers";

/** Lines of the interrupt controller of a Cortex-A9 as the boards have it. */
const IRQ_LINES: u32 = 160;

/** One slot for each line. */
const lines: usize = memory.data(10240, 8);

if (IRQ_LINES * 64 != 10240) ERROR("a slot for each interrupt line");

/** Words: line, address of an end point. A line that is taken must be given up first. */
export function invokeIrqSet(_invoked: Cte): errval_t {
  const err = lookupOfCaller(Arg.word3, CapLevel.L2, CapRights.READ, SYS_ERR_IRQ_LOOKUP);
  if (errIsFail(err)) return err;
  const endPoint = Found.slot;
  if (endPoint.type != ObjType.EndPoint) return SYS_ERR_IRQ_NOT_ENDPOINT;
  if (endPoint.epBuflen == 0) return SYS_ERR_IRQ_NO_LISTENER;
  if (Arg.word2 >= IRQ_LINES) return SYS_ERR_IRQ_INVALID;
  const line = cteAt(lines, Arg.word2);
  if (!line.isEmpty) return SYS_ERR_SLOT_IN_USE;
  commitCopy(endPoint, line);
  return SYS_ERR_OK;
}

/** Word: line. Nobody hears of its interrupts any more. */
export function invokeIrqDelete(_invoked: Cte): errval_t {
  if (Arg.word2 >= IRQ_LINES) return SYS_ERR_IRQ_INVALID;
  const line = cteAt(lines, Arg.word2);
  if (line.isEmpty) return SYS_ERR_IRQ_INVALID;
  commitDelete(line);
  return SYS_ERR_OK;
}
