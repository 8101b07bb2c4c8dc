/**
 * The pass over a compiled program that makes it a program of the hosted machine:
 *
 * - every load and store goes through the TLB (accesses.ts);
 * - loops and recursive functions pay fuel (fuel.ts);
 * - a call of the CPU driver records that the processor changes its mode;
 * - `memory.grow` fails, because a program cannot change the size of the machine's memory;
 * - the data segments are taken out, because the CPU driver loads the data from an ELF image;
 * - only the wanted functions are exported.
 *
 * It refuses instructions that access memory in any other way. It also tells where each instruction of the result comes
 * from, so that an offset in the running program can be traced back to a line of source.
 */
import { MACHINE_PAGE, MACHINE_PAGE_BYTES, Register } from "../machines/hosted/mmu/layout";
import { ProcessorMode } from "../machines/hosted/mmu/processor-mode";
import { AccessLocals, writeAccess } from "./accesses";
import { recursiveFunctions, TURNS_PER_TICK, writePayment } from "./fuel";
import { type AddedImport, AddedImports, functionType, nameSection } from "./wasm/added-imports";
import { CodeWriter } from "./wasm/code-writer";
import {
  type Instruction,
  instructionsOf,
  isBulk,
  LOADED_BYTES,
  Opcode,
  refuseBulk,
  STORES,
  ValueType,
} from "./wasm/instructions";
import {
  bodyOf,
  type Export,
  type FunctionType,
  Kind,
  readBodies,
  readElements,
  readExports,
  readFunctionTypes,
  readGlobals,
  readSections,
  type Section,
  SectionId,
  writeBodies,
  writeExports,
  writeGlobals,
  writeSections,
  writeTypes,
} from "./wasm/sections";

/** Bytes of the machine's memory. */
const MEMORY_BYTES = MACHINE_PAGE + MACHINE_PAGE_BYTES;

/** Sections in which at most the numbers of functions change. */
const KEPT_SECTIONS: readonly number[] = [SectionId.FUNCTION, SectionId.TABLE, SectionId.START, SectionId.ELEMENT];

/** The module from which programs import the system call. */
const KERNEL = "kernel";
const WORD_ALIGNMENT = 2;

/** Where code of the result comes from. It applies up to the next origin of the same function. */
export interface Origin {
  /** Offset in the rewritten file. */
  offset: number;
  /** Offset in the compiled file. */
  compiled: number;
  /** Number of the function in the rewritten module. */
  index: number;
  /** The pass added this code. It belongs to the first line at or after `compiled`. */
  isAdded: boolean;
}

/** The code of a function in the compiled file. */
export interface Extent {
  from: number;
  /** Offset of the first byte after the function. */
  to: number;
}

export interface Rewritten {
  wasm: Uint8Array<ArrayBuffer>;
  /** In order of their offsets. */
  origins: Origin[];
  /** Names of all functions, by their numbers in the rewritten module. */
  names: Map<number, string>;
  /** Where the functions were that the module defines, by their numbers in the rewritten module. */
  extents: Map<number, Extent>;
}

/** The functions that a rewritten program imports in addition, with their types. */
const ADDED_IMPORTS: readonly AddedImport[] = [
  { module: "mmu", name: "loadMiss", type: functionType(ValueType.I32, ValueType.I32) },
  { module: "mmu", name: "storeMiss", type: functionType(ValueType.I32, ValueType.I32) },
  { module: "hw", name: "timerTick", type: functionType() },
];

/** Instructions that can trap, other than accesses, calls and `unreachable`: divisions and conversions to integers. */
function canTrap(opcode: number): boolean {
  const isDivision = (0x6d <= opcode && opcode <= 0x70) || (0x7f <= opcode && opcode <= 0x82);
  const isConversion = (0xa8 <= opcode && opcode <= 0xab) || (0xae <= opcode && opcode <= 0xb1);
  return isDivision || isConversion;
}

/** Offset of the instruction with the place of a call. If a statement is only a call, the compiler marks the `drop`. */
function placeOfCall(instructions: readonly Instruction[], number: number): number {
  const next = instructions[number + 1];
  return next?.opcode === Opcode.DROP ? next.start : (instructions[number] as Instruction).start;
}

export function rewriteProgram(wasm: Uint8Array, isExported: (entry: Export) => boolean): Rewritten {
  return new Rewriting(wasm, isExported).result();
}

class Rewriting {
  private readonly sections: Section[];
  private readonly imports: AddedImports;
  /** Number of the first function that the module defines, before the pass. */
  private readonly firstDefined: number;
  private readonly fuel: number;
  private readonly origins: Origin[] = [];
  private readonly extents = new Map<number, Extent>();

  constructor(
    wasm: Uint8Array,
    private readonly isExported: (entry: Export) => boolean,
  ) {
    this.sections = readSections(wasm);
    this.imports = new AddedImports(this.sections, ADDED_IMPORTS);
    this.firstDefined = this.imports.ownFunctions.length;
    this.fuel = readGlobals(this.body(SectionId.GLOBAL)).length;
  }

  result(): Rewritten {
    const names = this.imports.names(({ name }) => name);
    const wasm = writeSections([...this.rewrittenSections(), nameSection(names)]);
    const codeStart = readSections(wasm).find(({ id }) => id === SectionId.CODE)?.start ?? 0;
    const origins = this.origins.map((origin) => ({ ...origin, offset: origin.offset + codeStart }));
    return { wasm, origins, names, extents: this.extents };
  }

  private body(id: SectionId): Uint8Array {
    return bodyOf(this.sections, id);
  }

  private rewrittenSections(): Pick<Section, "id" | "body">[] {
    const bodies = new Map<number, Uint8Array>([
      [SectionId.TYPE, writeTypes(this.imports.allTypes)],
      [SectionId.IMPORT, this.imports.importSection(MEMORY_BYTES)],
      [SectionId.GLOBAL, this.globalSection()],
      [SectionId.EXPORT, this.exportSection()],
      [SectionId.CODE, this.codeSection()],
    ]);
    for (const { id, body } of this.sections) {
      if (id === SectionId.MEMORY) throw new Error("wasm: a program with a memory of its own");
      if (id === SectionId.ELEMENT) this.refuseImportsInTables(body);
      if (KEPT_SECTIONS.includes(id)) bodies.set(id, this.imports.renumbered(id, body));
    }
    return [...bodies].sort(([a], [b]) => a - b).map(([id, body]) => ({ id, body }));
  }

  private globalSection(): Uint8Array {
    const initial = new CodeWriter().i32(TURNS_PER_TICK).op(Opcode.END).done();
    const fuel = { type: ValueType.I32, isMutable: true, initial };
    return writeGlobals([...readGlobals(this.body(SectionId.GLOBAL)), fuel]);
  }

  private exportSection(): Uint8Array {
    const kept = readExports(this.body(SectionId.EXPORT)).filter(
      (entry) => entry.kind === Kind.FUNCTION && this.isExported(entry),
    );
    return writeExports(kept.map((entry) => ({ ...entry, index: this.imports.moved(entry.index) })));
  }

  private refuseImportsInTables(body: Uint8Array): void {
    const inTables = readElements(body).flatMap(({ functions }) => functions);
    if (inTables.some((index) => index < this.firstDefined)) throw new Error("wasm: an imported function in a table");
  }

  private codeSection(): Uint8Array {
    const compiledStart = this.sections.find(({ id }) => id === SectionId.CODE)?.start ?? 0;
    const typeNumbers = readFunctionTypes(this.body(SectionId.FUNCTION));
    const functions = readBodies(this.body(SectionId.CODE));
    const decoded = functions.map(({ code }) => [...instructionsOf(code)]);
    const inTables = readElements(this.body(SectionId.ELEMENT)).flatMap((segment) => segment.functions);
    const recursive = recursiveFunctions(decoded, this.firstDefined, inTables);
    const origins: Origin[][] = [];
    const rewritten = functions.map(({ locals, start, code: ownCode }, number) => {
      const instructions = decoded[number] as Instruction[];
      const { parameters } = this.imports.types[typeNumbers[number] as number] as FunctionType;
      const ownLocals = locals.reduce((sum, { count }) => sum + count, parameters.length);
      const accessLocals = new AccessLocals(ownLocals, instructions);
      const index = this.imports.moved(this.firstDefined + number);
      const from = compiledStart + start;
      this.extents.set(index, { from, to: from + ownCode.length });
      const marks: Origin[] = [];
      origins.push(marks);
      const mark = (offset: number, from: number, isAdded: boolean) =>
        marks.push({ offset, compiled: compiledStart + start + from, index, isAdded });
      const code = this.functionCode(instructions, accessLocals, recursive.has(this.firstDefined + number), mark);
      return { locals: [...locals, ...accessLocals.groups], code };
    });
    const { body, starts } = writeBodies(rewritten);
    origins.forEach((marks, number) => {
      const start = starts[number] as number;
      for (const origin of marks) this.origins.push({ ...origin, offset: origin.offset + start });
    });
    return body;
  }

  /** The mode is stored in the machine page, which no program can reach through the TLB. */
  private writeCall(code: CodeWriter, index: number, mark: () => void): void {
    const setMode = (mode: ProcessorMode) => code.i32(0).i32(mode).op(Opcode.I32_STORE, WORD_ALIGNMENT, Register.MODE);
    const isSystemCall = this.imports.ownFunctions[index]?.module === KERNEL;
    if (isSystemCall) setMode(ProcessorMode.SUPERVISOR);
    mark();
    code.op(Opcode.CALL, this.imports.moved(index));
    if (isSystemCall) setMode(ProcessorMode.USER);
  }

  private functionCode(
    instructions: readonly Instruction[],
    locals: AccessLocals,
    isRecursive: boolean,
    mark: (offset: number, from: number, isAdded: boolean) => void,
  ): Uint8Array {
    const code = new CodeWriter();
    const miss = { load: this.imports.numberOf("loadMiss"), store: this.imports.numberOf("storeMiss") };
    const pay = (from: number) => {
      mark(code.length, from, true);
      writePayment(code, this.fuel, this.imports.numberOf("timerTick"));
    };
    if (isRecursive) pay(0);
    for (const [number, instruction] of instructions.entries()) {
      const { opcode, immediates, start, bytes } = instruction;
      if (isBulk(instruction)) refuseBulk(instruction);
      if (LOADED_BYTES.has(opcode) || STORES.has(opcode)) {
        mark(code.length, start, false);
        writeAccess(code, instruction, locals, miss);
        continue;
      }
      switch (opcode) {
        case Opcode.CALL:
          this.writeCall(code, immediates[0] as number, () =>
            mark(code.length, placeOfCall(instructions, number), false),
          );
          break;
        case Opcode.LOOP:
          code.append(bytes);
          pay(start);
          break;
        case Opcode.MEMORY_GROW:
          code.op(Opcode.DROP).i32(-1);
          break;
        default:
          if (opcode === Opcode.CALL_INDIRECT || opcode === Opcode.UNREACHABLE || canTrap(opcode)) {
            mark(code.length, start, false);
          }
          code.append(bytes);
      }
    }
    return code.done();
  }
}
