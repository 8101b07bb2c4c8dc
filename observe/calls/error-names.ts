/** The names of all errors. */
import { errName } from "../../machines/calls/answer";
import { ERR_CODE_BITS } from "../../system/kpi/errval";

let known: string[] | null = null;

/** The names of all error codes. */
export function allErrorNames(): readonly string[] {
  known ??= Array.from({ length: 1 << ERR_CODE_BITS }, (_, code) => errName(code)).filter((name) => name !== "");
  return known;
}
