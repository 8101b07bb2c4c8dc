/**
 * Finds expressions that need a heap: `new`, arrays, joined strings. The system has no heap. A program with such an
 * expression would compile, and then die at run time.
 *
 * The search runs on the module before it is optimised. There, nothing is inlined, and each such expression is a call of
 * the compiler's runtime or of a class of its library.
 */
import { readMappings, type SourceMap } from "../machines/hosted/source-map";
import type { CompileMessage } from "./compile-error";
import { instructionsOf, Opcode } from "./wasm/instructions";
import { bodyOf, functionNames, Kind, readBodies, readImports, readSections, SectionId } from "./wasm/sections";

/** Code of the messages, in the style of the compiler's own codes. */
const CODE = "AS-HEAP";

const INSTEAD_OF_OBJECTS =
  "take a block from a slab allocator (slabAlloc), or declare memory once with memory.data(bytes, alignment), and use it " +
  "as an @unmanaged class with changetype";
const INSTEAD_OF_STRINGS = "print the parts with printf or debugPrintf and %s, %u or %lx; compare literals one by one";

interface Rule {
  functions: RegExp;
  what: string;
  instead: string;
}

/** Functions of the compiler's library, and what a program does that needs them. (`rt/common` reads a literal's length.) */
const RULES: readonly Rule[] = [
  { functions: /^~lib\/string\/String(#|\.__)/, what: "makes or joins strings", instead: INSTEAD_OF_STRINGS },
  { functions: /^~lib\/util\/(string|number)\//, what: "makes a string", instead: INSTEAD_OF_STRINGS },
  {
    functions: /^~lib\/(array|staticarray|typedarray|arraybuffer)\//,
    what: "makes or uses an array",
    instead: INSTEAD_OF_OBJECTS,
  },
  { functions: /^~lib\/(map|set)\//, what: "makes or uses a map or a set", instead: INSTEAD_OF_OBJECTS },
  {
    functions: /^~lib\/rt\/(?!common\/)/,
    what: "makes an object (new, an array, a literal with fields)",
    instead: INSTEAD_OF_OBJECTS,
  },
];
/** Reading the characters of a literal needs no heap. */
const HARMLESS = /^~lib\/string\/String#(get:length|charCodeAt|codePointAt)$/;

const isLibrary = (name: string): boolean => name.startsWith("~lib/");

/** Returns a message for each place. `wasm` and `sourceMap` are those of the module before it is optimised. */
export function findManaged(wasm: Uint8Array, sourceMap: string): CompileMessage[] {
  const sections = readSections(wasm);
  const names = functionNames(sections);
  const imported = readImports(bodyOf(sections, SectionId.IMPORT)).filter(({ kind }) => kind === Kind.FUNCTION).length;
  const { sources, mappings } = JSON.parse(sourceMap) as SourceMap;
  const places = readMappings(mappings);
  const codeBody = bodyOf(sections, SectionId.CODE);
  const found = new Map<string, CompileMessage>();
  for (const [index, { code, start }] of readBodies(codeBody).entries()) {
    if (isLibrary(names.get(imported + index) ?? "")) continue;
    const base = codeBody.byteOffset - wasm.byteOffset + start;
    for (const { opcode, immediates, start: at } of instructionsOf(code)) {
      if (opcode !== Opcode.CALL) continue;
      const callee = names.get(Number(immediates[0])) ?? "";
      const rule = HARMLESS.test(callee) ? undefined : RULES.find(({ functions }) => functions.test(callee));
      if (!rule) continue;
      const place = places.findLast((mapping) => mapping.offset <= base + at && mapping.place)?.place;
      const file = place ? (sources[place.source] ?? null) : null;
      if (file?.startsWith("~lib/")) continue; // A part of the library, which some other place calls.
      const line = place ? place.line + 1 : 0;
      const column = place ? place.column + 1 : 0;
      const text = `${CODE}: this ${rule.what}, which needs a heap, and there is none: ${rule.instead}`;
      // One expression can call several functions of the library.
      const key = `${file}:${line} ${rule.what}`;
      if (!found.has(key)) found.set(key, { file, line, column, text });
    }
  }
  return [...found.values()];
}
