/** Functions that the recorder calls in the host. Each may throw to end the run. */

/** The host takes `words` words of the log, in `epochs` epochs. */
export declare function takeLog(words: u32, epochs: u32): void;
/** The call `until` has returned. The host ends the run. */
export declare function lastCall(): void;
/** The host takes the rows of calls. */
export declare function takeCalls(rows: u32): void;
