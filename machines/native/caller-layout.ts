/**
 * Memory that the host and machines/native/caller/ share.
 *
 *      0       4         8           12           60         64      68      72               96
 *     +-------+---------+-----------+------------+----------+-------+-------+-----------------+
 *     | MARK  | SCRATCH | REQUESTED | WORDS      | ANSWERED | ERROR | VALUE | SCRATCH: memory |
 *     |       | ADDRESS |           | of a call  |          |       |       | for answers     |
 *     +-------+---------+-----------+------------+----------+-------+-------+-----------------+
 *
 * REQUESTED and ANSWERED count calls. The host writes WORDS and then increments REQUESTED. The caller makes the call,
 * writes ERROR and VALUE, and then increments ANSWERED. Only one side writes each word.
 */
export const enum CallerLayout {
  MARK = 0,
  /** Virtual address of SCRATCH. */
  SCRATCH_ADDRESS = 4,
  REQUESTED = 8,
  WORDS = 12,
  ANSWERED = 60,
  ERROR = 64,
  VALUE = 68,
  SCRATCH = 72,
  SIZE = 96,

  /** In MARK once the caller runs. */
  MARK_VALUE = 0x7f4a7c15,
}
