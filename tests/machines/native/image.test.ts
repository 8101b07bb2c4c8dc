/** Boot images, and the errors of builds. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findNativeBoard, type NativeBoard, withNativeMemory } from "../../../machines/native/boards";
import { kernelFile, loadKernel, loadProgram, programFiles, readNative } from "../../../machines/native/built";
import { readElf, sectionSizes } from "../../../machines/native/elf";
import { imageFile } from "../../../machines/native/image-formats";
import { packedImage } from "../../../machines/native/make";
import { runQemu } from "../../../machines/native/qemu";
import { MissingTools, requireTools } from "../../../machines/native/toolchain";
import { KERNEL_WINDOW } from "../../../system/kpi/types";
import { runHosted, runNative, TEST_MEMORY } from "./support/machines";
import { describeNative } from "./support/tools";

const TIMEOUT_MS = 120_000;
const TEXT_LIMIT = 64 * 1024;

/** Descriptor bits of the start code's device sections: accessible to the CPU driver only, not executable. */
const DEVICE_SECTION = 0x10416;
const sectionOf = (address: number) => address - (address % 0x100000);
/** svc 0x123456 */
const SEMIHOSTING_CALL = 0xef123456;

const board = (name: string) => findNativeBoard(name) as NativeBoard;
const panda = board("pandaboard-es");
const request = { native: panda, program: "init", moduleString: "SCENARIO=T0* init" };

/** Debian package u-boot-tools. */
const hasMkimage = spawnSync("mkimage", ["-V"]).status === 0;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "typefish-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeNative("sizes", () => {
  it.each([
    ["the CPU driver", () => kernelFile(board("vexpress-a9"))],
    ["the CPU driver of the PandaBoard", () => kernelFile(panda)],
    ["init", () => programFiles("init").debug],
  ])("the text of %s is at most 64 KiB", (_, path) => {
    const text = sectionSizes(readNative(path())).get(".text") as number;
    expect(text).toBeGreaterThan(0);
    expect(text).toBeLessThanOrEqual(TEXT_LIMIT);
  });
});

describeNative("init's executable", () => {
  it("has text that cannot be written, data that cannot be executed, and nothing below its stack", () => {
    const { segments, entry } = readElf(loadProgram("init"));
    for (const { writable, executable } of segments) expect(writable && executable).toBe(false);
    const text = segments.filter(({ executable }) => executable);
    expect(text).toHaveLength(1);
    expect(text[0]?.address).toBe(entry);
    const stack = segments.reduce((top, segment) => (segment.address > top.address ? segment : top));
    const below = segments.filter((segment) => segment !== stack);
    for (const { address, memoryBytes } of below)
      expect(address + memoryBytes).toBeLessThanOrEqual(stack.address - 4096);
  });
});

describeNative("the PandaBoard's image", { timeout: TIMEOUT_MS }, () => {
  it("lies in its RAM, and so do all its segments", () => {
    const { base, bytes } = panda.board.dram;
    const image = packedImage(request);
    expect(image.address).toBe(base + 0x1000);
    expect(image.bytes.length).toBeLessThan(bytes);
    // The window maps RAM to its own addresses here, so linked and physical addresses are the same.
    expect(base).toBe(KERNEL_WINDOW);
    for (const { address, memoryBytes } of loadKernel(panda).elf.segments) {
      expect(address).toBeGreaterThanOrEqual(base);
      expect(address + memoryBytes).toBeLessThanOrEqual(base + image.bytes.length + 0x1000);
    }
  });

  it("uses only the OMAP's devices, and makes no semihosting calls", () => {
    const contains = (native: NativeBoard, word: number) => {
      const { bytes } = packedImage({ ...request, native });
      return Buffer.from(bytes).indexOf(Buffer.from(Uint32Array.of(word).buffer)) >= 0;
    };
    const vexpress = board("vexpress-a9");
    for (const [native, other] of [
      [panda, vexpress],
      [vexpress, panda],
    ] as const) {
      expect(contains(native, sectionOf(native.privateRegion) + DEVICE_SECTION)).toBe(true);
      expect(contains(native, sectionOf(other.privateRegion) + DEVICE_SECTION)).toBe(false);
    }
    expect(contains(vexpress, SEMIHOSTING_CALL)).toBe(true);
    expect(contains(panda, SEMIHOSTING_CALL)).toBe(false);
  });

  it.skipIf(!hasMkimage)("is a valid image according to U-Boot's own tool", () => {
    const bytes = imageFile(packedImage(request), "uimage");
    const path = join(folder, "panda.uimage");
    writeFileSync(path, bytes);
    const listed = execFileSync("mkimage", ["-l", path], { encoding: "utf8" });
    expect(listed).toMatch(/Image Name: +typefish/);
    expect(listed).toMatch(/ARM Linux Kernel Image \(uncompressed\)/);
    expect(listed).toMatch(/Load Address: +80001000/);
    expect(listed).toMatch(/Entry Point: +80001000/);
    // dumpimage checks both checksums before it gives out the data.
    const extracted = join(folder, "panda.bin");
    execFileSync("dumpimage", ["-T", "kernel", "-p", "0", "-o", extracted, path]);
    expect(readFileSync(extracted).equals(Buffer.from(packedImage(request).bytes))).toBe(true);
  });

  it("is an executable with one segment at its physical address", () => {
    const { segments, entry, machine } = readElf(imageFile(packedImage(request), "elf"));
    expect({ entry, machine, segments: segments.length }).toEqual({ entry: 0x80001000, machine: 40, segments: 1 });
    expect(segments[0]?.address).toBe(entry);
  });
});

describeNative("the PandaBoard's image with the emulated board's devices", { timeout: TIMEOUT_MS }, () => {
  const native = board("pandaboard-on-vexpress");

  it("boots where the window maps every address to itself, and prints the same lines as the hosted machine", async () => {
    const { result, lines } = await runNative({ native, environment: "SCENARIO=T*" });
    expect(result).toEqual({ kind: "exit", status: 0 });
    expect(lines).toEqual(runHosted({ native, environment: "SCENARIO=T*" }).lines);
  });

  it("moves to its own address when a boot loader put it elsewhere", async () => {
    const { bytes } = packedImage({ ...request, native });
    let text = "";
    const path = join(folder, "elsewhere.elf");
    writeFileSync(path, imageFile({ address: 0x82000000, bytes }, "elf"));
    const onConsole = (chunk: string) => {
      text += chunk;
    };
    expect(await runQemu({ native, image: path, onConsole, milliseconds: TIMEOUT_MS })).toEqual({
      kind: "exit",
      status: 0,
    });
    expect(text).toMatch(/scenarios: \d+ ok, 0 failed/);
  });
});

describeNative("init runs as on the hosted machine with a memory of", { timeout: TIMEOUT_MS }, () => {
  it.each([16, 100, 256])("%i MiB", async (mib) => {
    const native = withNativeMemory(board("vexpress-a9"), mib * 0x100000);
    const { lines } = await runNative({ native });
    expect(lines).toEqual(runHosted({ native }).lines);
  });
});

describe("missing tools", () => {
  it("are named in one line, together with the packages that contain them", () => {
    const path = process.env.PATH;
    try {
      process.env.PATH = folder;
      expect(() => requireTools("clang", "lld", "qemu")).toThrow(new MissingTools(["clang", "lld", "qemu"]).message);
    } finally {
      process.env.PATH = path;
    }
    expect(new MissingTools(["clang", "lld", "qemu"]).message).toBe(
      "clang, ld.lld, qemu-system-arm not found: install with " +
        "apt install clang lld qemu-system-arm (Debian) or brew install llvm lld qemu (Homebrew)",
    );
  });

  it("end the commands with status 2", () => {
    for (const command of ["qemu", "image"]) {
      const run = spawnSync(process.execPath, ["dist/cli.js", command], { env: { PATH: folder }, encoding: "utf8" });
      expect(run.status).toBe(2);
      expect(run.stderr).toMatch(/^typefish: clang, ld\.lld.* not found: install with apt install .*\n$/);
    }
  });
});

describeNative("the image of a test board", () => {
  it("is packed at the board's own address", () => {
    const native = withNativeMemory(board("vexpress-a9"), TEST_MEMORY);
    expect(packedImage({ ...request, native }).address).toBe(0x60001000);
  });
});
