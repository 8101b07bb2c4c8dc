/** In the figures of a run: one that only memory tells, at a moment that the recording does not hold. */
export const UNKNOWN = 0xffffffff;
