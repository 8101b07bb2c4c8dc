/**
 * A program that makes system calls for the host. The host writes the words of a call into the board's memory and reads
 * the answer there. The program uses no library and makes no calls of its own. (machines/native/caller-layout.ts draws
 * the bytes.)
 */

import { syscall } from "../../../system/kpi/kernel";
import { CallWords, CapIdentityLayout, callWord, SysCall } from "../../../system/kpi/system-calls";
import { CallerLayout } from "../caller-layout";

@unmanaged
class Word {
  value: u32;
}

const mailbox = memory.data(CallerLayout.SIZE, 8);
if (CallerLayout.ANSWERED - CallerLayout.WORDS != CallWords.MAX * 4) ERROR("caller: words");
if (CallerLayout.SIZE - CallerLayout.SCRATCH < CapIdentityLayout.SIZE) ERROR("caller: scratch");

function at(offset: u32): Word {
  return changetype<Word>(mailbox + offset);
}

function word(index: u32): u32 {
  return at(CallerLayout.WORDS + (index << 2)).value;
}

/** A system call without effect. Earlier writes reach memory before it, and later reads come from memory. */
function barrier(): void {
  syscall(callWord(SysCall.NOP, 1), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}

function makeCall(): void {
  const result = syscall(
    word(0),
    word(1),
    word(2),
    word(3),
    word(4),
    word(5),
    word(6),
    word(7),
    word(8),
    word(9),
    word(10),
    word(11),
  );
  at(CallerLayout.ERROR).value = u32(result);
  at(CallerLayout.VALUE).value = u32(result >> 32);
}

export function _start(): void {
  at(CallerLayout.SCRATCH_ADDRESS).value = u32(mailbox) + CallerLayout.SCRATCH;
  at(CallerLayout.MARK).value = CallerLayout.MARK_VALUE;
  for (let answered: u32 = 0; ; answered++) {
    while (at(CallerLayout.REQUESTED).value == answered) barrier();
    barrier();
    makeCall();
    barrier();
    at(CallerLayout.ANSWERED).value = answered + 1;
  }
}
