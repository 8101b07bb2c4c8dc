/** How an operation of the model says no: every demand it has stands before the first change. */

export const OK = "SYS_ERR_OK";

/** The answer to an operation: the outermost error name, and all of them from the outermost to the cause. */
export interface Answer {
  readonly err: string;
  readonly stack: readonly string[];
}

export class Refusal extends Error {
  constructor(readonly errors: readonly string[]) {
    super(errors.join(" < "));
  }
}

/** `errors` from the outermost to the cause. */
export function refuse(...errors: string[]): never {
  throw new Refusal(errors);
}

/** Goes on only if the condition holds. */
export function demand(condition: boolean, ...errors: string[]): asserts condition {
  if (!condition) refuse(...errors);
}

/** Runs an operation; its refusal becomes the answer. */
export function answer(operation: () => void): Answer {
  try {
    operation();
    return { err: OK, stack: [OK] };
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return { err: refusal.errors[0]!, stack: refusal.errors };
  }
}
