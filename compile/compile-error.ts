/** A program that does not compile, with the compiler's messages. */

export interface CompileMessage {
  /** Path of the source as the compiler was told; null if the message is about no particular file. */
  file: string | null;
  /** Counted from 1; 0 if there is no file, or if it is a file of the compiler's own library. */
  line: number;
  column: number;
  /** What is wrong, with the compiler's code, such as `TS2304: Cannot find name 'x'.` */
  text: string;
}

/** A message in one line, such as `system/libmm/mm.ts:12:3: TS2304: Cannot find name 'x'.` */
export function messageLine({ file, line, column, text }: CompileMessage): string {
  return file === null ? text : `${file}:${line}:${column}: ${text}`;
}

export class CompileError extends Error {
  override readonly name = "CompileError";

  /** `details` is the compiler's own report, which also shows the lines of source. */
  constructor(
    entry: string,
    readonly messages: readonly CompileMessage[],
    details: string,
  ) {
    super(`${entry}: does not compile\n${details}`);
  }
}
