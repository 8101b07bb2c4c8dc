/**
 * Error reports for people: prints an error with all its levels, and ends the program when it cannot continue.
 *
 *     ERROR: init.0 in initialize_ram_alloc() ../usr/init/mem_alloc.c:57
 *     ERROR: Can't initialize the memory manager.
 *     Failure: ( libbarrelfish) functionality not implemented yet [LIB_ERR_NOT_IMPLEMENTED]
 *
 * (Specification of capabilities, section 7.3; of the memory libraries, section 6.4.)
 */
import { errDomain, errText } from "../kpi/errno";
import { errIsFail, errIsOk, errNo, errPop, errval_t } from "../kpi/errval";
import { str } from "../kpi/format";
import { domain } from "./domain";
import { printf, printPart } from "./print";
import { sysExit } from "./system-calls";

const COLON: i32 = 0x3a;
const DESCRIPTION_WIDTH: i32 = 20;
const NAME_WIDTH: i32 = 10;

/** Length of the name in "NAME: sentence". */
function nameLength(text: string): i32 {
  let length = 0;
  while (length < text.length && text.charCodeAt(length) != COLON) length++;
  return length;
}

/** Prints characters `from` to `to` - 1 of a literal, right-aligned. */
function printSlice(text: string, from: i32, to: i32, width: i32): void {
  for (let i = to - from; i < width; i++) printPart(" ");
  for (let i = from; i < to; i++) printPart("%c", text.charCodeAt(i));
}

/** Prints one line for each level of an error, the outermost level first. */
export function errPrintCallTrace(err: errval_t): void {
  for (let rest = err; errNo(rest) != 0; rest = errPop(rest)) {
    const code = errNo(rest);
    const text = errText(code);
    const name = nameLength(text);
    printPart("Failure: (%14s) ", str(errDomain(code)));
    printSlice(text, min(name + 2, text.length), text.length, DESCRIPTION_WIDTH);
    printPart(" [");
    printSlice(text, 0, name, NAME_WIDTH);
    printf("]\n");
  }
}

/**
 * Prints an error with all its codes, the place where it occurred, and what could not be done because of it.
 *
 * @param where such as "mmAlloc() libmm/mm.ts", printed as it is
 * @param message may have conversions, for `a0` to `a2`
 * @example
 * const err = ramAlloc(8192);
 * if (errIsFail(err)) debugErr(err, "ownTests", "cannot allocate %u bytes", 8192);
 */
export function debugErr(err: errval_t, where: string, message: string, a0: u64 = 0, a1: u64 = 0, a2: u64 = 0): void {
  const leader = str(errIsOk(err) && err == 0 ? "SUCCESS" : "ERROR");
  printf("%s: %z.%u in %s\n", leader, domain.name, domain.coreId, str(where));
  printPart("%s: ", leader);
  printPart(message, a0, a1, a2);
  printf("\n");
  if (errIsFail(err)) errPrintCallTrace(err);
}

/** Status with which an abort ends the run of the machine. */
const ABORT_STATUS: u32 = 1;

/** Ends the program. In the original, a program that exits revokes its dispatcher, but init cannot do that. */
export function abort(): void {
  printf("Aborted\n");
  printf("revoking dispatcher failed in _Exit, spinning!\n");
  sysExit(ABORT_STATUS);
}

/** Prints an error like `debugErr` and ends the program. */
export function userPanicErr(err: errval_t, where: string, message: string): void {
  debugErr(err, where, message);
  abort();
}

/** Prints a reason and ends the program. */
export function userPanic(where: string, message: string): void {
  printf("%z.%u in %s\n%s\n", domain.name, domain.coreId, str(where), str(message));
  abort();
}
