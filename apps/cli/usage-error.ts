/** The caller's mistake: one line that says what to do about it. Ends the command with exit code 2. */
export class UsageError extends Error {}
