/**
 * Finds the functions and source lines of addresses in machine code, in the symbols and the debug information of an ELF
 * file. (DWARF Debugging Information Format, version 4, section 6.2. The native build asks for that version.)
 *
 *     const code = loadMachineCode("init");
 *     code.frameAt(0x0100a3f4)         // { function: "treapRemove", file: "system/libmm/policy/treap.ts", line: 108 }
 */
import type { Frame } from "../results";
import { type FunctionSymbol, functionSymbols, readElf, type Segment, sectionBytes } from "./elf";

/** The line of the source at an address and after it, up to the next row. */
interface Row {
  address: number;
  /** Path of the source; empty after the end of a function's code. */
  file: string;
  line: number;
}

const VERSION = 4;

const enum Standard {
  EXTENDED = 0,
  COPY = 1,
  ADVANCE_PC = 2,
  ADVANCE_LINE = 3,
  SET_FILE = 4,
  CONST_ADD_PC = 8,
  FIXED_ADVANCE_PC = 9,
}

const enum Extended {
  END_SEQUENCE = 1,
  SET_ADDRESS = 2,
}

class Bytes {
  constructor(
    private readonly view: DataView,
    public at = 0,
  ) {}

  get length(): number {
    return this.view.byteLength;
  }

  u8 = (): number => this.view.getUint8(this.at++);
  s8 = (): number => this.view.getInt8(this.at++);

  u16(): number {
    this.at += 2;
    return this.view.getUint16(this.at - 2, true);
  }

  u32(): number {
    this.at += 4;
    return this.view.getUint32(this.at - 4, true);
  }

  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  signed(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - scale * 128;
    }
  }

  text(): string {
    let text = "";
    for (let byte = this.u8(); byte !== 0; byte = this.u8()) text += String.fromCharCode(byte);
    return text;
  }

  /** Texts up to an empty one. */
  texts(): string[] {
    const found: string[] = [];
    for (let text = this.text(); text !== ""; text = this.text()) found.push(text);
    return found;
  }
}

/** The rows of all units of a `.debug_line` section, in order of their addresses. */
function readRows(section: Uint8Array): Row[] {
  const bytes = new Bytes(new DataView(section.buffer, section.byteOffset, section.byteLength));
  const rows: Row[] = [];
  while (bytes.at < bytes.length) {
    const length = bytes.u32();
    const end = bytes.at + length;
    const version = bytes.u16();
    if (version !== VERSION) throw new Error(`the debug information has version ${version} and not ${VERSION}`);
    readUnit(bytes, end, rows);
    bytes.at = end;
  }
  return rows.sort((a, b) => a.address - b.address);
}

function readUnit(bytes: Bytes, end: number, rows: Row[]): void {
  const headerBytes = bytes.u32();
  const start = bytes.at + headerBytes;
  const instructionBytes = bytes.u8();
  bytes.u8(); // operations of an instruction: one
  bytes.u8(); // whether rows are recommended for breakpoints by default
  const [lineBase, lineRange, opcodeBase] = [bytes.s8(), bytes.u8(), bytes.u8()];
  const operands = Array.from({ length: opcodeBase - 1 }, bytes.u8);
  const folders = ["", ...bytes.texts()];
  const files = [""];
  for (let name = bytes.text(); name !== ""; name = bytes.text()) {
    const folder = folders[bytes.unsigned()];
    bytes.unsigned(); // time
    bytes.unsigned(); // length
    files.push(folder ? `${folder}/${name}` : name);
  }
  bytes.at = start;
  let [address, file, line] = [0, 1, 1];
  const add = (isEnd = false) => rows.push({ address, file: isEnd ? "" : (files[file] ?? ""), line });
  const advance = (count: number) => {
    address += count * instructionBytes;
  };
  while (bytes.at < end) {
    const opcode = bytes.u8();
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      advance(Math.floor(adjusted / lineRange));
      line += lineBase + (adjusted % lineRange);
      add();
      continue;
    }
    switch (opcode) {
      case Standard.EXTENDED: {
        const next = bytes.unsigned() + bytes.at;
        const kind = bytes.u8();
        if (kind === Extended.SET_ADDRESS) address = bytes.u32();
        if (kind === Extended.END_SEQUENCE) {
          add(true);
          [address, file, line] = [0, 1, 1];
        }
        bytes.at = next;
        break;
      }
      case Standard.COPY:
        add();
        break;
      case Standard.ADVANCE_PC:
        advance(bytes.unsigned());
        break;
      case Standard.ADVANCE_LINE:
        line += bytes.signed();
        break;
      case Standard.SET_FILE:
        file = bytes.unsigned();
        break;
      case Standard.CONST_ADD_PC:
        advance(Math.floor((255 - opcodeBase) / lineRange));
        break;
      case Standard.FIXED_ADVANCE_PC:
        address += bytes.u16();
        break;
      default:
        for (let left = operands[opcode - 1] ?? 0; left > 0; left--) bytes.unsigned();
    }
  }
}

/** The last of `items` that begins at or before an address; they are in order. */
function lastBefore<T extends { address: number }>(items: readonly T[], address: number): T | undefined {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle] as T).address <= address) low = middle + 1;
    else high = middle;
  }
  return items[low - 1];
}

/** A function that the sources declare. */
export interface DeclaredFunction {
  file: string;
  name: string;
  /** First and last line, counted from 0. */
  from: number;
  to: number;
}

/** Bytes of a branch instruction that can reach every function. */
const BRANCH_BYTES = 4;

/** The target of a BL or B.W instruction (Thumb encodings T1 and T4) at `address`; null for another instruction. */
function branchTarget(address: number, first: number, second: number): { target: number; isCall: boolean } | null {
  const kind = second & 0xd000;
  if ((first & 0xf800) !== 0xf000 || (kind !== 0xd000 && kind !== 0x9000)) return null;
  const sign = (first >> 10) & 1;
  const [j1, j2] = [(second >> 13) & 1, (second >> 11) & 1];
  const [i1, i2] = [1 ^ j1 ^ sign, 1 ^ j2 ^ sign];
  const offset = (-sign << 24) | (i1 << 23) | (i2 << 22) | ((first & 0x3ff) << 12) | ((second & 0x7ff) << 1);
  return { target: address + BRANCH_BYTES + offset, isCall: kind === 0xd000 };
}

export class MachineCode {
  private readonly functions: FunctionSymbol[];
  private readonly rows: Row[];
  private readonly text: Segment;

  /**
   * `file` is an ELF file with symbols and debug information, and `declared` are the functions of the sources that it was
   * built from.
   */
  constructor(
    file: Uint8Array,
    private readonly declared: readonly DeclaredFunction[],
  ) {
    this.functions = functionSymbols(file).sort((a, b) => a.address - b.address);
    this.rows = readRows(sectionBytes(file, ".debug_line"));
    const text = readElf(file).segments.find(({ executable }) => executable);
    if (!text) throw new Error("the file has no code");
    this.text = text;
  }

  /** The function that contains an instruction; null if there is none. */
  functionAt(address: number): FunctionSymbol | null {
    const found = lastBefore(this.functions, address);
    return found && address < found.address + found.bytes ? found : null;
  }

  /**
   * The function of the sources that an instruction comes from, and its line. If the compiler put the function into
   * another one, it is the inner one. Null for an instruction that comes from no source.
   */
  frameAt(address: number): Frame | null {
    const row = lastBefore(this.rows, address);
    if (!row || row.line === 0 || this.functionAt(address) === null) return null;
    const { file, line } = row;
    const around = this.declared.filter((entry) => entry.file === file && entry.from < line && line <= entry.to + 1);
    const innermost = around.sort((a, b) => b.from - a.from)[0];
    return innermost ? { function: innermost.name, file, line } : null;
  }

  /**
   * Whether the call before a return address can have entered `callee`: it calls it, or a function that jumps to it, or a
   * function whose address was computed.
   */
  mayReturnFrom(callee: FunctionSymbol, returnAddress: number): boolean {
    const call = (returnAddress & ~1) - BRANCH_BYTES;
    const branch = this.branchAt(call);
    if (!branch?.isCall) return this.functionAt(call) !== null;
    if (branch.target === callee.address) return true;
    const called = this.functionAt(branch.target);
    if (!called) return false;
    for (let at = called.address; at < called.address + called.bytes; at += 2) {
      const jump = this.branchAt(at);
      if (jump && !jump.isCall && jump.target === callee.address) return true;
    }
    return false;
  }

  private branchAt(address: number): ReturnType<typeof branchTarget> {
    const { address: start, bytes } = this.text;
    const at = address - start;
    if (at < 0 || at + BRANCH_BYTES > bytes.length) return null;
    const half = (offset: number) => (bytes[offset] as number) | ((bytes[offset + 1] as number) << 8);
    return branchTarget(address, half(at), half(at + 2));
  }
}
