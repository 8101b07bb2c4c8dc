/** Thrown for a trace file that cannot be used. The message names file and line, and says what was expected. */
export class TraceError extends Error {}
