/** What the MMU asks of the host. */

/** The count has reached Counter.SYSCALL_STOP: the host throws, or sets a later stop and returns. */
export declare function systemCallLimit(): void;
