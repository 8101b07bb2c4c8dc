/**
 * The pass over a finished module of the hosted machine that makes it report what it changes in memory, for recordings
 * (machines/hosted/recording/).
 *
 * Before each store, the module looks at the tag of the line of 64 bytes. If the line has none, it calls `touch` of the
 * recorder, which keeps the old contents:
 *
 *     local.set $value                     if
 *     local.tee $address                     local.get $address (+ offset)
 *     (i32.const offset, i32.add)            i32.const bytes
 *     i32.const 6                            call $touch
 *     i32.shr_u                            end
 *     i32.load8_u TAGS                     local.get $address
 *     i32.eqz                              local.get $value
 *                                          the store itself
 *
 * `memory.fill` and `memory.copy` become calls of the recorder's `fill` and `copy`. A store that need not be aligned,
 * and so may change two lines, always calls `touch`. The stores of a program are translated already (accesses.ts).
 */
import { GLOBALS, GLOBALS_BYTES, LINE_BITS, RECORDER_END, TAGS } from "../machines/hosted/recording/recorder/layout";
import { type AddedImport, AddedImports, functionType, nameSection } from "./wasm/added-imports";
import { CodeWriter } from "./wasm/code-writer";
import { BulkMemory, type Instruction, instructionsOf, Opcode, STORES, ValueType } from "./wasm/instructions";
import {
  bodyOf,
  definedGlobals,
  type FunctionBody,
  type FunctionType,
  isNameSection,
  Kind,
  readBodies,
  readExports,
  readFunctionTypes,
  readSections,
  type Section,
  SectionId,
  writeBodies,
  writeExports,
  writeFunctionTypes,
  writeSections,
  writeTypes,
} from "./wasm/sections";

/** The module from which the added functions are imported. */
export const RECORDER_MODULE = "recorder";
/** Name of the added function that copies the mutable globals into memory. */
export const SAVE_GLOBALS = "saveGlobals";

/** The functions that a recorded module imports in addition, with their types. */
const ADDED_IMPORTS: readonly AddedImport[] = [
  { module: RECORDER_MODULE, name: "touch", type: functionType(ValueType.I32, ValueType.I32) },
  { module: RECORDER_MODULE, name: "fill", type: functionType(ValueType.I32, ValueType.I32, ValueType.I32) },
  { module: RECORDER_MODULE, name: "copy", type: functionType(ValueType.I32, ValueType.I32, ValueType.I32) },
];

/** A mutable global that `saveGlobals` copies. */
export interface SavedGlobal {
  /** Its number in the module. */
  index: number;
  /** Offset in the linear memory. */
  at: number;
  /** 4 for an i32, 8 for an i64. */
  bytes: number;
}

export interface RecordedModule {
  wasm: Uint8Array<ArrayBuffer>;
  /** The globals that the function `saveGlobals` copies; empty without that function. */
  globals: SavedGlobal[];
  /** The offset in `wasm` of the instruction that is at an offset in the module before the pass. */
  moved(offset: number): number;
}

export interface RecordModuleOptions {
  /** Add and export the function `saveGlobals`. */
  savesGlobals?: boolean;
}

/** Makes a module report its stores. Throws an Error for an instruction that it does not know. */
export function recordModule(wasm: Uint8Array, { savesGlobals = false }: RecordModuleOptions = {}): RecordedModule {
  return new Pass(wasm, savesGlobals).result();
}

/** The local variables that the stores of one function use: the address, then one value of each type. */
class StoreLocals {
  private readonly types: ValueType[] = [];

  /** `first` is the number of locals that the function has already. */
  constructor(private readonly first: number) {}

  get groups(): { count: number; type: number }[] {
    return this.types.map((type) => ({ count: 1, type }));
  }

  /** The local for the address. */
  get address(): number {
    if (this.types.length === 0) this.types.push(ValueType.I32);
    return this.first;
  }

  /** The local for a value of a type. */
  value(type: ValueType): number {
    const known = this.types.indexOf(type, 1);
    return this.first + (known >= 0 ? known : this.types.push(type) - 1);
  }
}

/** From here on up to the next move, the offsets before and after the pass differ by the same number. */
interface Move {
  from: number;
  to: number;
}

class Pass {
  private readonly sections: Section[];
  private readonly imports: AddedImports;
  private readonly globals: SavedGlobal[];
  /** In the order of the offsets. */
  private readonly moves: Move[] = [];

  constructor(
    wasm: Uint8Array,
    private readonly savesGlobals: boolean,
  ) {
    this.sections = readSections(wasm);
    this.imports = new AddedImports(this.sections, ADDED_IMPORTS);
    this.globals = savesGlobals ? savedGlobals(this.sections) : [];
  }

  result(): RecordedModule {
    const code = this.codeSection();
    const rewritten = new Map<number, Uint8Array>([
      [SectionId.TYPE, writeTypes([...this.imports.allTypes, functionType()])],
      [SectionId.IMPORT, this.imports.importSection(RECORDER_END)],
      [SectionId.FUNCTION, this.functionSection()],
      [SectionId.EXPORT, this.exportSection()],
      [SectionId.CODE, code],
    ]);
    const kept = this.sections.filter(({ id }) => id !== SectionId.CUSTOM && !rewritten.has(id));
    const sections = [
      ...kept.map(({ id, body }) => ({ id, body: this.imports.renumbered(id, body) })),
      ...[...rewritten].map(([id, body]) => ({ id, body })),
    ].sort((a, b) => order(a.id) - order(b.id));
    if (this.sections.some(isNameSection)) {
      sections.push(nameSection(this.imports.names(({ module, name }) => `${module}/${name}`)));
    }
    const wasm = writeSections(sections);
    const codeStart = readSections(wasm).find(({ id }) => id === SectionId.CODE)?.start ?? 0;
    return { wasm, globals: this.globals, moved: (offset) => movedOffset(this.moves, offset, codeStart) };
  }

  private body(id: SectionId): Uint8Array {
    return bodyOf(this.sections, id);
  }

  private functionSection(): Uint8Array {
    const types = readFunctionTypes(this.body(SectionId.FUNCTION));
    return writeFunctionTypes(this.savesGlobals ? [...types, this.imports.allTypes.length] : types);
  }

  private exportSection(): Uint8Array {
    const own = readExports(this.body(SectionId.EXPORT)).map((entry) => {
      return entry.kind === Kind.FUNCTION ? { ...entry, index: this.imports.moved(entry.index) } : entry;
    });
    if (!this.savesGlobals) return writeExports(own);
    const last = readFunctionTypes(this.body(SectionId.FUNCTION)).length;
    const index = this.imports.moved(this.imports.ownFunctions.length + last);
    return writeExports([...own, { name: SAVE_GLOBALS, kind: Kind.FUNCTION, index }]);
  }

  private codeSection(): Uint8Array {
    const start = this.sections.find(({ id }) => id === SectionId.CODE)?.start ?? 0;
    const typeNumbers = readFunctionTypes(this.body(SectionId.FUNCTION));
    const moves: Move[][] = [];
    const functions = readBodies(this.body(SectionId.CODE)).map((body, number) => {
      const { parameters } = this.imports.types[typeNumbers[number] as number] as FunctionType;
      const own: Move[] = [];
      moves.push(own);
      return this.recordedBody(body, parameters.length, (from, to) =>
        own.push({ from: start + body.start + from, to }),
      );
    });
    if (this.savesGlobals) functions.push(this.recordedBody(saveGlobalsBody(this.globals), 0, () => {}));
    const { body, starts } = writeBodies(functions);
    moves.forEach((own, number) => {
      for (const { from, to } of own) this.moves.push({ from, to: to + (starts[number] as number) });
    });
    return body;
  }

  private recordedBody(
    { locals, code }: Pick<FunctionBody, "locals" | "code">,
    parameters: number,
    move: (from: number, to: number) => void,
  ): Pick<FunctionBody, "locals" | "code"> {
    const storeLocals = new StoreLocals(locals.reduce((sum, { count }) => sum + count, parameters));
    const recorded = new CodeWriter();
    let copied = 0;
    move(0, 0);
    for (const instruction of instructionsOf(code)) {
      const { opcode, start, end } = instruction;
      const isStore = STORES.has(opcode);
      if (!isStore && opcode !== Opcode.CALL && opcode !== Opcode.PREFIXED) continue;
      recorded.append(code.subarray(copied, start));
      if (isStore) this.writeTouch(recorded, instruction, storeLocals);
      move(start, recorded.length);
      this.writeInstruction(recorded, instruction);
      move(end, recorded.length);
      copied = end;
    }
    recorded.append(code.subarray(copied));
    return { locals: [...locals, ...storeLocals.groups], code: recorded.done() };
  }

  private writeTouch(code: CodeWriter, { opcode, immediates }: Instruction, locals: StoreLocals): void {
    const [alignment, offset] = immediates as [number, number];
    const { value, bytes } = STORES.get(opcode) as { value: ValueType; bytes: number };
    const addOffset = () => {
      if (offset !== 0) code.i32(offset).op(Opcode.I32_ADD);
    };
    const isAligned = 1 << alignment >= bytes;
    const address = locals.address;
    code.op(Opcode.LOCAL_SET, locals.value(value)).op(Opcode.LOCAL_SET, address);
    if (isAligned) {
      code.op(Opcode.LOCAL_GET, address);
      addOffset();
      code.i32(LINE_BITS).op(Opcode.I32_SHR_U).op(Opcode.I32_LOAD8_U, 0, TAGS).op(Opcode.I32_EQZ).ifTrue();
    }
    code.op(Opcode.LOCAL_GET, address);
    addOffset();
    code.i32(bytes).op(Opcode.CALL, this.imports.numberOf("touch"));
    if (isAligned) code.op(Opcode.END);
    code.op(Opcode.LOCAL_GET, address).op(Opcode.LOCAL_GET, locals.value(value));
  }

  private writeInstruction(code: CodeWriter, { opcode, immediates, bytes }: Instruction): void {
    const [first = 0] = immediates;
    if (opcode === Opcode.CALL) code.op(Opcode.CALL, this.imports.moved(first));
    else if (opcode !== Opcode.PREFIXED) code.append(bytes);
    else if (first === BulkMemory.FILL) code.op(Opcode.CALL, this.imports.numberOf("fill"));
    else if (first === BulkMemory.COPY) code.op(Opcode.CALL, this.imports.numberOf("copy"));
    else if (first === BulkMemory.INIT) throw new Error("wasm: memory.init cannot be recorded");
    else code.append(bytes);
  }
}

/** The place of a section in a module. Only the number of data segments is not in the order of the identifiers. */
function order(id: number): number {
  return id === SectionId.DATA_COUNT ? SectionId.CODE - 0.5 : id;
}

function movedOffset(moves: readonly Move[], offset: number, codeStart: number): number {
  let [low, high] = [0, moves.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moves[middle] as Move).from <= offset) low = middle + 1;
    else high = middle;
  }
  const last = moves[low - 1];
  return last ? codeStart + last.to + offset - last.from : offset;
}

/** Gives each mutable global a place in the recorder's memory, the larger ones first. */
function savedGlobals(sections: readonly Section[]): SavedGlobal[] {
  const mutable = definedGlobals(sections).filter(({ isMutable }) => isMutable);
  if (mutable.some(({ type }) => type !== ValueType.I32 && type !== ValueType.I64))
    throw new Error("wasm: a mutable global that is not an integer cannot be recorded");
  const wide = mutable.filter(({ type }) => type === ValueType.I64);
  const narrow = mutable.filter(({ type }) => type === ValueType.I32);
  let end = GLOBALS;
  const place = (index: number, bytes: number): SavedGlobal => {
    end += bytes;
    return { index, at: end - bytes, bytes };
  };
  const saved = [...wide.map(({ index }) => place(index, 8)), ...narrow.map(({ index }) => place(index, 4))];
  if (end > GLOBALS + GLOBALS_BYTES) throw new Error("wasm: too many mutable globals to record");
  return saved;
}

/** The function `saveGlobals`: stores each global that differs from its copy. */
function saveGlobalsBody(globals: readonly SavedGlobal[]): Pick<FunctionBody, "locals" | "code"> {
  const code = new CodeWriter();
  for (const { index, at, bytes } of globals) {
    const isWide = bytes === 8;
    const alignment = isWide ? 3 : 2;
    code.op(Opcode.GLOBAL_GET, index);
    code.i32(0).op(isWide ? Opcode.I64_LOAD : Opcode.I32_LOAD, alignment, at);
    code.op(isWide ? Opcode.I64_NE : Opcode.I32_NE).ifTrue();
    code.i32(0).op(Opcode.GLOBAL_GET, index);
    code.op(isWide ? Opcode.I64_STORE : Opcode.I32_STORE, alignment, at);
    code.op(Opcode.END);
  }
  return { locals: [], code: code.op(Opcode.END).done() };
}
