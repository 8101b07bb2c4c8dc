/** The answer of a system call: an error and a value. Of the error's codes, only the three outermost arrive. */
import { errText, SYS_ERR_COUNT_SUCCESS } from "../../system/kpi/errno";
import { ERR_CODE_BITS } from "../../system/kpi/errval";

const CODE_MASK = (1 << ERR_CODE_BITS) - 1;

/** Matches the name in "NAME: sentence". */
export function errName(code: number): string {
  const text = errText(code);
  return text.slice(0, text.indexOf(":"));
}

/** Names of all codes of an error, the outermost first. At least one: `SYS_ERR_OK` is the name of success. */
export function errorNames(error: bigint): string[] {
  const names: string[] = [];
  let rest = BigInt.asUintN(64, error);
  do {
    names.push(errName(Number(rest & BigInt(CODE_MASK))));
    rest >>= BigInt(ERR_CODE_BITS);
  } while (rest !== 0n);
  return names;
}

export class Answer {
  /** The chain of codes, the outermost in the lowest bits. */
  readonly error: number;
  readonly value: number;

  /** `result` is what the CPU driver's entry returns: error low, value high. */
  constructor(result: bigint) {
    const bits = BigInt.asUintN(64, result);
    this.error = Number(bits & 0xffffffffn);
    this.value = Number(bits >> 32n);
  }

  /** The outermost code. It alone decides whether the call succeeded. */
  get code(): number {
    return this.error & CODE_MASK;
  }

  get ok(): boolean {
    return this.code < SYS_ERR_COUNT_SUCCESS;
  }

  /** Name of the outermost code. */
  get name(): string {
    return errName(this.code);
  }

  /** Names of all codes, the outermost first. */
  get names(): string[] {
    return errorNames(BigInt(this.error));
  }
}
