/** Reading and writing modules: what is read and written without a change has the same bytes. */
import { readdirSync, readFileSync } from "node:fs";
import binaryen from "binaryen";
import { describe, expect, it } from "vitest";
import { Reader, Writer } from "../../compile/wasm/bytes";
import { instructionsOf } from "../../compile/wasm/instructions";
import {
  bodyOf,
  functionNames,
  isNameSection,
  readBodies,
  readElements,
  readExports,
  readGlobals,
  readImports,
  readSections,
  readStart,
  readTypes,
  SectionId,
  writeBodies,
  writeElements,
  writeExports,
  writeFunctionNames,
  writeGlobals,
  writeImports,
  writeSections,
  writeStart,
  writeTypes,
} from "../../compile/wasm/sections";
import { builtFile } from "../../machines/hosted/node/load-images";
import { fc } from "../support/property";

const DIST = builtFile(".");
const MODULES = readdirSync(DIST).filter((name) => name.endsWith(".wasm"));

/** Reads a section and writes it again, if this project writes sections of its kind. */
const REWRITERS: ReadonlyMap<number, (body: Uint8Array) => Uint8Array> = new Map([
  [SectionId.TYPE, (body) => writeTypes(readTypes(body))],
  [SectionId.IMPORT, (body) => writeImports(readImports(body))],
  [SectionId.GLOBAL, (body) => writeGlobals(readGlobals(body))],
  [SectionId.EXPORT, (body) => writeExports(readExports(body))],
  [SectionId.START, (body) => writeStart(readStart(body))],
  [SectionId.ELEMENT, (body) => writeElements(readElements(body))],
  [SectionId.CODE, (body) => writeBodies(readBodies(body)).body],
]);

describe.each(MODULES)("dist/%s", (name) => {
  const wasm = new Uint8Array(readFileSync(builtFile(name)));
  const sections = readSections(wasm);

  it("has the same bytes after its sections were read and written", () => {
    const same = sections.map(({ id, body }) => ({ id, body: REWRITERS.get(id)?.(body) ?? body }));
    expect(Buffer.compare(writeSections(same), wasm)).toBe(0);
  });

  it("consists of instructions that the walker knows, one after the other", () => {
    let count = 0;
    for (const { code } of readBodies(bodyOf(sections, SectionId.CODE))) {
      const instructions = [...instructionsOf(code)];
      expect(Buffer.compare(Buffer.concat(instructions.map(({ bytes }) => bytes)), code)).toBe(0);
      count += instructions.length;
    }
    expect(count).toBeGreaterThan(10);
  });

  it("is understood by the walker as by another reader", () => {
    const texts = readBodies(bodyOf(sections, SectionId.CODE)).map(({ code }) => [...instructionsOf(code)]);
    const calls = texts.flat().filter(({ opcode }) => opcode === 0x10).length;
    const module = binaryen.readBinary(wasm);
    const text = module.emitText();
    module.dispose();
    expect(calls).toBe([...text.matchAll(/\(call \$/g)].length);
  });
});

it("a program's name section has the same bytes after it was read and written", () => {
  const sections = readSections(new Uint8Array(readFileSync(builtFile("init.wasm"))));
  const names = sections.find(isNameSection);
  expect(Buffer.compare(writeFunctionNames(functionNames(sections)), names?.body ?? new Uint8Array())).toBe(0);
});

describe("an unknown instruction is refused by name", () => {
  it.each([
    [[0x12, 0], "return_call (0x12)"],
    [[0x25, 0], "table.get (0x25)"],
    [[0xd2, 0], "ref.func (0xd2)"],
    [[0x27], "instruction 0x27"],
    [[0xc5], "instruction 0xc5"],
    [[0xfb, 1], "a garbage collection instruction: 0xfb 1"],
    [[0xfc, 15, 0], "a table instruction: 0xfc 15"],
    [[0xfd, 0x80, 1], "a vector instruction: 0xfd 128"],
    [[0xfe, 3, 0], "an atomic instruction: 0xfe 3"],
  ])("%j: %s", (bytes, name) => {
    expect(() => [...instructionsOf(Uint8Array.from(bytes))]).toThrow(`wasm: the build does not know ${name}`);
  });

  it("and so is code that ends in the middle of an instruction", () => {
    expect(() => [...instructionsOf(Uint8Array.of(0x41, 0x80))]).toThrow("wasm: unexpected end of a section");
  });
});

describe("a number", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.integer(), (unsigned, signed) => {
        const reader = new Reader(new Writer().unsigned(unsigned).signed32(signed).done());
        expect([reader.unsigned(), reader.signed32(), reader.done]).toEqual([unsigned, signed, true]);
      }),
    );
  });

  it.each([
    [[0x7f], -1],
    [[0x40], -64],
    [[0x3f], 63],
    [[0x80, 0x80, 0x80, 0x80, 0x78], -0x80000000],
    [[0xff, 0xff, 0xff, 0xff, 0x07], 0x7fffffff],
    [[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f], 0],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00], -1],
  ])("of at most 64 bits is read as its lower 32 bits: %j", (bytes, value) => {
    const reader = new Reader(Uint8Array.from(bytes));
    expect([reader.signed32(), reader.done]).toEqual([value, true]);
  });
});
