/**
 * Layout of the recorder's memory: it comes after the machine page, in the linear memory that all modules share. Only a
 * machine that is recorded has it.
 *
 *     0x4000_0000  machine page  (mmu/layout.ts)
 *     0x4001_0000  globals       the mutable globals of the CPU driver's module, see `compile/record.ts`
 *     0x4002_0000  tags          one byte for each line of the memory up to here: 1 if the stage holds its old contents
 *     0x4110_0000  stage         the old contents of the lines that changed in this epoch
 *     0x4150_0000  log           finished epochs, until the host fetches them
 *     0x4210_0000  epoch sizes   one 32-bit word for each finished epoch: the number of its words in the log
 *     0x4220_0000  calls         one row for each call
 *     0x4230_0000  end of the linear memory
 *
 * An entry of the stage:
 *
 *      0        4        8                               72
 *     +--------+--------+-------------------------------+
 *     | line   | unused | old contents of the line      |
 *     +--------+--------+-------------------------------+
 *
 * An epoch in the log is a list of the lines that changed. An entry has one word for each bit of its mask. Lines that
 * follow each other and changed as a whole are one entry:
 *
 *      0        4             8
 *     +--------+-------------+----------+----------+ - -
 *     | line   | mask        | old word | old word |          bit i of the mask is word i of the line
 *     +--------+-------------+----------+----------+ - -
 *     | line   | RUN | lines | 16 old words for each line                      with CLEARED: the new words are zero
 *     | line   | RUN | lines | 16 new words for each line                      with FILLED: the old words are zero
 *     +--------+-------------+------------------ - -
 *
 * A row of the calls:
 *
 *      0                48      52      56           60           64
 *     +----------------+-------+-------+------------+------------+
 *     | 12 words       | error | value | epochs     | epochs     |    epochs that were finished
 *     |                |       |       | at entry   | at exit    |    at the entry and at the exit of the call
 *     +----------------+-------+-------+------------+------------+
 *
 * The epochs at the exit are NOT_RETURNED if the call did not return.
 */

/** Unit of the changes. A line number is an offset in the linear memory, shifted by LINE_BITS. */
export const LINE_BITS = 6;
export const LINE_BYTES = 64;

/** The mask of a line that changed as a whole. */
export const WHOLE_LINE = 0xffff;
/** In the place of a mask: a run of lines that changed as a whole. The lower 16 bits are their number. */
export const RUN = 0x10000;
/** With RUN: all words of the lines are zero after the epoch. */
export const CLEARED = 0x20000;
/** With RUN: all words of the lines were zero before the epoch, and the log keeps the new words instead. */
export const FILLED = 0x40000;

export const GLOBALS = 0x40010000;
export const GLOBALS_BYTES = 0x10000;
export const TAGS = 0x40020000;
export const STAGE = 0x41100000;
export const STAGE_BYTES = 0x400000;
export const STAGE_ENTRY = 72;
export const LOG = 0x41500000;
/** Above this size, the log is handed to the host. One more epoch, of at most a stage, fits after it. */
export const LOG_FULL = 0x800000;
export const EPOCH_SIZES = 0x42100000;
export const EPOCH_SIZES_BYTES = 0x100000;
export const CALLS = 0x42200000;
export const CALLS_BYTES = 0x100000;
export const CALL_ROW = 64;
export const NOT_RETURNED = 0xffffffff;
/** Offset of the first byte after the recorder's memory. */
export const RECORDER_END = 0x42300000;
