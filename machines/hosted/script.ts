/** Calls of a program's functions as data, so that they can be kept and made again. */

/** A word of 32 bits is a number, one of 64 bits is a bigint. */
export type Word = number | bigint;

export interface ScriptedCall {
  /** Name of an exported function. */
  readonly name: string;
  readonly words: readonly Word[];
}

/** Calls that are made one after the other. A fault or a limit in one of them ends the run. */
export type Script = readonly ScriptedCall[];

/** Calls an exported function. Throws an Error if there is none of this name. */
export function callFunction(program: WebAssembly.Exports, name: string, words: readonly Word[]): Word {
  const called = program[name];
  if (typeof called !== "function") throw new Error(`the program has no function ${name}`);
  return called(...words) as Word;
}
