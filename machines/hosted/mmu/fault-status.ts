/**
 * Data fault status register, short-descriptor format (ARM Architecture Reference Manual, ARMv7-A, B3.13 and B4.1.52).
 *
 *      12   11    10   7    4 3      0
 *     +----+-----+----+------+--------+
 *     | 0  | WnR | 0  | dom. | status |
 *     +----+-----+----+------+--------+
 *
 * Bit 10 is bit 4 of the status. None of the faults below sets it.
 */
export const enum FaultStatus {
  NONE = 0,
  ALIGNMENT = 0b00001,
  TRANSLATION_SECTION = 0b00101,
  TRANSLATION_PAGE = 0b00111,
  SYNCHRONOUS_EXTERNAL_ABORT = 0b01000,
  DOMAIN_SECTION = 0b01001,
  DOMAIN_PAGE = 0b01011,
  EXTERNAL_ABORT_ON_WALK_L1 = 0b01100,
  PERMISSION_SECTION = 0b01101,
  EXTERNAL_ABORT_ON_WALK_L2 = 0b01110,
  PERMISSION_PAGE = 0b01111,

  STATUS_MASK = 0b01111,
  DOMAIN_SHIFT = 4,
  /** The access was a write. */
  WRITE = 1 << 11,
}
