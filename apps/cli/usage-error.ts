/** A mistake of the user. The message is one line that says how to correct it. The exit code is 2. */
export class UsageError extends Error {}
