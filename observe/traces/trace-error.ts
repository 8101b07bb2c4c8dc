/** A trace file that cannot be used; the message names file and line, and says what was expected. */
export class TraceError extends Error {}
