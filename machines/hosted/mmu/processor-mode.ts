/** The processor modes used here, with their numbers in CPSR.M. */
export const enum ProcessorMode {
  USER = 0b10000,
  SUPERVISOR = 0b10011,
  ABORT = 0b10111,
}
