/** The memory of an emulated board, which the emulator keeps in a file: what either side writes, the other sees. */
import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";

const PAGE = 4096;
const WORD = 4;

/** Little-endian numbers at offsets, as of a DataView. Pages are read when somebody looks, and kept until `forget`. */
export class MemoryFile {
  private readonly file: number;
  private readonly pages = new Map<number, DataView>();

  constructor(
    path: string,
    readonly byteLength: number,
  ) {
    this.file = openSync(path, "r+");
  }

  /** The machine has been running: what was read may no longer be so. */
  forget(): void {
    this.pages.clear();
  }

  close(): void {
    closeSync(this.file);
  }

  /** Bytes of the file, which grows to its full length when the emulator starts. */
  get size(): number {
    return fstatSync(this.file).size;
  }

  /** Memory as it is now. */
  read(offset: number, bytes: number): DataView {
    const view = new DataView(new ArrayBuffer(bytes));
    readSync(this.file, view, 0, bytes, offset);
    return view;
  }

  writeWords(offset: number, words: readonly number[]): void {
    const view = new DataView(new ArrayBuffer(words.length * WORD));
    for (const [index, word] of words.entries()) view.setUint32(index * WORD, word, true);
    writeSync(this.file, view, 0, view.byteLength, offset);
  }

  getUint8(offset: number): number {
    return this.page(offset).getUint8(offset % PAGE);
  }

  getUint16(offset: number, littleEndian?: boolean): number {
    return this.page(offset).getUint16(offset % PAGE, littleEndian);
  }

  getUint32(offset: number, littleEndian?: boolean): number {
    return this.page(offset).getUint32(offset % PAGE, littleEndian);
  }

  private page(offset: number): DataView {
    const number = Math.floor(offset / PAGE);
    const known = this.pages.get(number);
    if (known) return known;
    const page = this.read(number * PAGE, PAGE);
    this.pages.set(number, page);
    return page;
  }
}
