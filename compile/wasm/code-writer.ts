/** Writes instructions. */
import { Writer } from "./bytes";
import { NO_RESULT, Opcode } from "./instructions";

export class CodeWriter extends Writer {
  /** An instruction whose immediates are unsigned numbers. (No list of them: passes write a million instructions.) */
  op(opcode: Opcode, first?: number, second?: number): this {
    this.byte(opcode);
    if (first !== undefined) this.unsigned(first);
    if (second !== undefined) this.unsigned(second);
    return this;
  }

  i32(value: number): this {
    return this.byte(Opcode.I32_CONST).signed32(value);
  }

  /** Begins a branch that is taken if the top of the stack is not zero; END ends it. */
  ifTrue(): this {
    return this.byte(Opcode.IF).byte(NO_RESULT);
  }
}
