/**
 * The interrupt table says which end point receives which interrupt. The CPU driver holds a copy of the end point for
 * each line. Deleting the dispatcher of the end point deletes the copy. (Specification of capabilities, sections 4.1
 * and 5.5.)
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
import { ObjType } from "../../kpi/object-types";
import { syserr_t } from "../../kpi/syserr";
import { CapRights } from "../../kpi/types";
import { commitCopy } from "../cap/copy";
import { Cte, cteAt } from "../cap/cte";
import { commitDelete } from "../cap/delete";
import { lookupError } from "../cap/lookup";
import { Arg, lookupOfCaller } from "./registers";

/** Number of lines of the boards' interrupt controller (Cortex-A9). */
const IRQ_LINES: u32 = 160;

/** Pointer to one slot for each line. */
const lines: usize = memory.data(10240, 8);

if (IRQ_LINES * 64 != 10240) ERROR("a slot for each interrupt line");

/** Words: line, address of an end point. The line must have no end point yet. */
export function invokeIrqSet(_invoked: Cte): syserr_t {
  const endPoint = lookupOfCaller(Arg.word3, CapLevel.L2, CapRights.READ);
  if (!endPoint) return lookupError(SYS_ERR_IRQ_LOOKUP);
  if (endPoint.type != ObjType.EndPoint) return SYS_ERR_IRQ_NOT_ENDPOINT;
  if (endPoint.epBuflen == 0) return SYS_ERR_IRQ_NO_LISTENER;
  if (Arg.word2 >= IRQ_LINES) return SYS_ERR_IRQ_INVALID;
  const line = cteAt(lines, Arg.word2);
  if (!line.isEmpty) return SYS_ERR_SLOT_IN_USE;
  commitCopy(endPoint, line);
  return SYS_ERR_OK;
}

/** Word: line. Removes its end point. */
export function invokeIrqDelete(_invoked: Cte): syserr_t {
  if (Arg.word2 >= IRQ_LINES) return SYS_ERR_IRQ_INVALID;
  const line = cteAt(lines, Arg.word2);
  if (line.isEmpty) return SYS_ERR_IRQ_INVALID;
  commitDelete(line);
  return SYS_ERR_OK;
}
