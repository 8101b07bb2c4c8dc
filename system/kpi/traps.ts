/**
 * Reasons to stop a user program, except data aborts. The machine reports them with an address, or 0 if it has none.
 */
export const enum TrapKind {
  /** An undefined instruction. On the hosted machine, `unreachable`. */
  UNDEFINED = 1,
  DIVISION_BY_ZERO = 2,
  INTEGER_OVERFLOW = 3,
  STACK_OVERFLOW = 4,
  /** A call through a pointer that refers to no function, or to a function with another signature. */
  BAD_INDIRECT_CALL = 5,
  PREFETCH_ABORT = 6,
  OTHER = 7,
}

export function trapName(kind: u32): string {
  // biome-ignore format: one row a kind
  switch (kind) {
    case TrapKind.UNDEFINED: return "undefined instruction";
    case TrapKind.DIVISION_BY_ZERO: return "division by zero";
    case TrapKind.INTEGER_OVERFLOW: return "integer overflow";
    case TrapKind.STACK_OVERFLOW: return "stack overflow";
    case TrapKind.BAD_INDIRECT_CALL: return "bad indirect call";
    case TrapKind.PREFETCH_ABORT: return "prefetch abort";
    default: return "trap";
  }
}
