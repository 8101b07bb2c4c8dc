/** Functions that the MMU calls in the host. */

/** Called when the count reaches Counter.SYSCALL_STOP. The host throws, or sets a later stop and returns. */
export declare function systemCallLimit(): void;
