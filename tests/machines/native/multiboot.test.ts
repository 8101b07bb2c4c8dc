/** A malformed multiboot block stops the board with a message and without a fault, as it stops the hosted machine. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findNativeBoard, type NativeBoard, withNativeMemory } from "../../../machines/native/boards";
import { loadKernel } from "../../../machines/native/built";
import { imageElf } from "../../../machines/native/image";
import { packedImage } from "../../../machines/native/make";
import { runQemu } from "../../../machines/native/qemu";
import { PANIC_STATUS } from "../../../machines/native/status";
import { Multiboot } from "../../../system/kpi/multiboot";
import { TEST_MEMORY } from "./support/machines";
import { describeNative } from "./support/tools";

const TIMEOUT_MS = 60_000;
const native = withNativeMemory(findNativeBoard("vexpress-a9") as NativeBoard, TEST_MEMORY);

/** Unused bytes at the end of the command line. Tests move lists there. */
const ROOM = 256;
const request = {
  native,
  program: "init",
  moduleString: "SCENARIO=T01 init",
  commandLine: `${native.board.commandLine} ${"x".repeat(ROOM)}`,
};

/** The block in an image, before the image starts. */
class Block {
  readonly address = native.board.dram.base + loadKernel(native).end;
  private readonly offset: number;
  private readonly view: DataView;

  constructor(image: { address: number; bytes: Uint8Array }) {
    this.offset = this.address - image.address;
    this.view = new DataView(image.bytes.buffer, image.bytes.byteOffset, image.bytes.byteLength);
  }

  word(field: number): number {
    return this.view.getUint32(this.offset + field, true);
  }

  setWord(field: number, value: number): void {
    this.view.setUint32(this.offset + field, value, true);
  }

  /** Copies the list that a field points to over the end of the command line, `by` bytes past a multiple of eight. */
  moveList(field: number, bytes: number, by: number): void {
    const from = this.word(field) - this.address;
    const end = this.word(Multiboot.COMMAND_LINE) - this.address + request.commandLine.length;
    const to = Math.ceil((end - ROOM) / 8) * 8 + by;
    for (let i = 0; i < bytes; i++) {
      this.view.setUint8(this.offset + to + i, this.view.getUint8(this.offset + from + i));
    }
    this.setWord(field, this.address + to);
  }
}

const moveMap = (by: number) => (block: Block) =>
  block.moveList(Multiboot.MAP, block.word(Multiboot.MAP_ENTRIES) * Multiboot.MAP_ENTRY_SIZE, by);
const moveModules = (by: number) => (block: Block) =>
  block.moveList(Multiboot.MODULES, Multiboot.MODULE_ENTRY_SIZE, by);
const setWord = (field: number, value: number) => (block: Block) => block.setWord(field, value);

describeNative("a multiboot block", { timeout: TIMEOUT_MS }, () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "typefish-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function run(spoil: (block: Block) => void): Promise<{ status: number | undefined; text: string }> {
    const image = packedImage(request);
    expect(new Block(image).word(Multiboot.MAGIC_OFFSET)).toBe(Multiboot.MAGIC);
    spoil(new Block(image));
    const path = join(folder, "image.elf");
    writeFileSync(path, imageElf(image));
    let text = "";
    const onConsole = (chunk: string) => {
      text += chunk;
    };
    const result = await runQemu({ native, image: path, onConsole, milliseconds: TIMEOUT_MS });
    return { status: result.kind === "exit" ? result.status : undefined, text };
  }

  it.each([
    ["its map is elsewhere, aligned", moveMap(0)],
    ["its modules are elsewhere, aligned", moveModules(0)],
    ["its modules are elsewhere, aligned to 4 bytes", moveModules(4)],
  ])("boots if %s", async (_name, spoil) => {
    const { status, text } = await run(spoil);
    expect(text).toContain("init: ");
    expect(status).toBe(0);
  });

  it.each([
    ["its map is moved by 4 bytes", moveMap(4), "multiboot: the memory map is not aligned to 8 bytes"],
    ["its map is moved by 1 byte", moveMap(1), "multiboot: the memory map is not aligned to 8 bytes"],
    ["its modules are moved by 2 bytes", moveModules(2), "multiboot: the list of modules is not aligned to 4 bytes"],
    ["its modules are moved by 5 bytes", moveModules(5), "multiboot: the list of modules is not aligned to 4 bytes"],
    [
      "its map is outside the block",
      setWord(Multiboot.MAP, 0xfffffff8),
      "multiboot: the memory map is outside of the block",
    ],
    [
      "its command line is at null",
      setWord(Multiboot.COMMAND_LINE, 0),
      "multiboot: the command line does not end with a zero",
    ],
    [
      "its command line is outside the block",
      setWord(Multiboot.COMMAND_LINE, 0xfffffff0),
      "multiboot: the command line does not end with a zero",
    ],
    ["its magic number is wrong", setWord(Multiboot.MAGIC_OFFSET, 1), "multiboot: the block has no magic number"],
  ])("stops the board with a message if %s", async (_name, spoil, sentence) => {
    const { status, text } = await run(spoil);
    expect(text).toContain(sentence);
    expect(text).not.toContain("in the CPU driver");
    expect(status).toBe(PANIC_STATUS);
  });
});
