/** How operations of the model refuse: all their `demand` calls come before the first change. */

export const OK = "SYS_ERR_OK";

/** The answer to an operation: the outermost error name, and all error names from the outermost to the cause. */
export interface Answer {
  readonly err: string;
  readonly stack: readonly string[];
}

export class Refusal extends Error {
  constructor(readonly errors: readonly string[]) {
    super(errors.join(" < "));
  }
}

/** Refuses the operation. `errors` go from the outermost to the cause. */
export function refuse(...errors: string[]): never {
  throw new Refusal(errors);
}

/** Refuses the operation unless the condition holds. */
export function demand(condition: boolean, ...errors: string[]): asserts condition {
  if (!condition) refuse(...errors);
}

/** Runs an operation and turns its refusal into the answer. */
export function answer(operation: () => void): Answer {
  try {
    operation();
    return { err: OK, stack: [OK] };
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return { err: refusal.errors[0]!, stack: refusal.errors };
  }
}
