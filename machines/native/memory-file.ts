/** The memory of an emulated board. The emulator keeps it in a file, so that each side sees what the other writes. */
import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";

const PAGE = 4096;
const WORD = 4;

/** Little-endian numbers at offsets, as in a DataView. Pages are read on first use and kept until `forget`. */
export class MemoryFile {
  private readonly file: number;
  private readonly pages = new Map<number, DataView>();

  constructor(
    path: string,
    readonly byteLength: number,
  ) {
    this.file = openSync(path, "r+");
  }

  /** Drops all pages that were read, because the machine has run and may have changed them. */
  forget(): void {
    this.pages.clear();
  }

  close(): void {
    closeSync(this.file);
  }

  /** Size of the file. The file grows to its full length when the emulator starts. */
  get size(): number {
    return fstatSync(this.file).size;
  }

  /** Reads the present memory. */
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
