/**
 * Gives a module imported functions in addition to its own. They come after the module's own imports, so the functions
 * that the module defines get other numbers.
 *
 *     before     0 .. own imports - 1    own imports ..
 *     after      0 .. own imports - 1    added imports    the functions that the module defines
 */
import { Writer } from "./bytes";
import type { ValueType } from "./instructions";
import {
  bodyOf,
  type FunctionType,
  functionNames,
  type Import,
  Kind,
  readElements,
  readImports,
  readStart,
  readTypes,
  type Section,
  SectionId,
  writeElements,
  writeFunctionNames,
  writeImports,
  writeStart,
} from "./sections";

const WASM_PAGE = 0x10000;

export interface AddedImport {
  module: string;
  name: string;
  type: FunctionType;
}

/** The type of a function without results. */
export function functionType(...parameters: ValueType[]): FunctionType {
  return { parameters: Uint8Array.from(parameters), results: new Uint8Array() };
}

export class AddedImports {
  /** The module's types. Those of the added functions are numbered after them. */
  readonly types: readonly FunctionType[];
  /** The functions that the module imports itself. */
  readonly ownFunctions: readonly Import[];
  private readonly imports: readonly Import[];

  constructor(
    private readonly sections: readonly Section[],
    private readonly added: readonly AddedImport[],
  ) {
    this.types = readTypes(bodyOf(sections, SectionId.TYPE));
    this.imports = readImports(bodyOf(sections, SectionId.IMPORT));
    this.ownFunctions = this.imports.filter(({ kind }) => kind === Kind.FUNCTION);
  }

  /** The types of the module and of the added functions. */
  get allTypes(): FunctionType[] {
    return [...this.types, ...this.added.map(({ type }) => type)];
  }

  /** The new number of a function of the module. */
  moved(index: number): number {
    return index < this.ownFunctions.length ? index : index + this.added.length;
  }

  /** The number of an added function. */
  numberOf(name: string): number {
    return this.ownFunctions.length + this.added.findIndex((entry) => entry.name === name);
  }

  /** The body of the import section. The imported memory has `memoryBytes`, all of them from the start. */
  importSection(memoryBytes: number): Uint8Array {
    const pages = memoryBytes / WASM_PAGE;
    const limits = new Writer().byte(1).unsigned(pages).unsigned(pages).done();
    const own = this.imports.map((entry) => (entry.kind === Kind.MEMORY ? { ...entry, type: limits } : entry));
    const added = this.added.map(({ module, name }, index) => {
      return { module, name, kind: Kind.FUNCTION, type: this.types.length + index };
    });
    return writeImports([...own, ...added]);
  }

  /** The body of a section of which only the numbers of functions change. */
  renumbered(id: number, body: Uint8Array): Uint8Array {
    if (id === SectionId.START) return writeStart(this.moved(readStart(body)));
    if (id !== SectionId.ELEMENT) return body;
    return writeElements(
      readElements(body).map(({ offset, functions }) => {
        return { offset, functions: functions.map((index) => this.moved(index)) };
      }),
    );
  }

  /** The names of all functions by their new numbers. `nameOf` names the added ones. */
  names(nameOf: (added: AddedImport) => string): Map<number, string> {
    const names = new Map([...functionNames(this.sections)].map(([index, name]) => [this.moved(index), name]));
    for (const entry of this.added) names.set(this.numberOf(entry.name), nameOf(entry));
    return new Map([...names].sort(([a], [b]) => a - b));
  }
}

/** The section with the names of functions. */
export function nameSection(names: ReadonlyMap<number, string>): Pick<Section, "id" | "body"> {
  return { id: SectionId.CUSTOM, body: writeFunctionNames(names) };
}
