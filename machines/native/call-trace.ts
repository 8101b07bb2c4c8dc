/**
 * Reads the call trace that the machine prints when a program's fault ends its run (machines/native/kernel/programs.c).
 *
 *     call trace: 0100a3f4 01007c21 0100b001 0100c123
 *
 * The first address is the instruction that faulted, the second is the link register, and the others are what looked like
 * return addresses on the stack, the innermost first.
 */
import type { Frame } from "../results";
import type { MachineCode } from "./source-lines";

const LINE = /^call trace: ((?:[0-9a-f]{8} ?)+)$/;
/** A return address is odd, and its call is the instruction before it. */
const INTO_CALL = 3;

/** The addresses in a line of the console; null if it is another line. */
export function callTraceIn(line: string): number[] | null {
  const digits = LINE.exec(line.trim())?.[1];
  return digits === undefined
    ? null
    : digits
        .trim()
        .split(" ")
        .map((text) => Number.parseInt(text, 16));
}

/**
 * The functions that were active, the innermost first. A stack also holds return addresses of calls that are over, so each
 * address must fit the function before it. The trace ends early where the compiler left no such call.
 */
export function framesOf([pc = 0, link = 0, ...stack]: readonly number[], code: MachineCode): Frame[] {
  const frames: Frame[] = [];
  const add = (address: number) => {
    const frame = code.frameAt(address);
    if (frame) frames.push(frame);
    return code.functionAt(address);
  };
  let callee = add(pc);
  // The caller's address is in the link register until the function makes a call, and then it is on the stack.
  for (const address of stack[0] === link ? stack : [link, ...stack]) {
    if (callee === null || !code.mayReturnFrom(callee, address)) continue;
    callee = add(address - INTO_CALL);
  }
  return frames;
}
