/**
 * Compares page tables and memory of the emulator and the hosted machine at the end of a run. Two MMUs that share no
 * code must translate alike, and dumps of physical memory must agree.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Machine } from "../../../machines/hosted/machine";
import { findNativeBoard, type NativeBoard, withNativeMemory } from "../../../machines/native/boards";
import { kernelFile, readNative } from "../../../machines/native/built";
import { symbolAddress } from "../../../machines/native/elf";
import { PhysicalReader } from "../../../observe/decode/memory-reader";
import { System } from "../../../observe/decode/system";
import { DEVICE_WINDOW_END, VECTORS_BASE } from "../../../system/cpudriver/layout/kernel-space";
import { INIT_ARGS_VBASE, INIT_BOOTINFO_VBASE, INIT_DISPATCHER_VBASE } from "../../../system/kpi/init-space";
import { typeHoldsSlots } from "../../../system/kpi/object-types";
import { BASE_PAGE_SIZE, BYTES_PER_SECTION, KERNEL_WINDOW, OBJSIZE_VNODE_ARM_L1 } from "../../../system/kpi/types";
import {
  PROGRAM_STATE,
  PROGRAM_STATE_BYTES,
  PROGRAM_TEXT,
  USER_STACK,
  USER_STACK_BYTES,
} from "../../../tools/build/native/program-space";
import { HeldMachine, hostedMachine, type Request, TEST_MEMORY } from "./support/machines";
import { describeNative } from "./support/tools";

const TIMEOUT_MS = 300_000;
const native = withNativeMemory(findNativeBoard("vexpress-a9") as NativeBoard, TEST_MEMORY);
const { dram } = native.board;

/** This run leaves memory, slots, page tables and mappings in use. */
const request: Request = { native, environment: "SCENARIO=*", options: "hold=1" };

/** The offset of the CPU driver's static data. The native layer lies below it. */
const NATIVE_BYTES = 0x10000;
const SECTION_BYTES = BYTES_PER_SECTION;

describeNative("at the end of a run", { timeout: TIMEOUT_MS }, () => {
  let held: HeldMachine;
  let hosted: Machine;
  let dump: Uint8Array;

  beforeAll(async () => {
    held = await HeldMachine.start(request);
    dump = await held.physicalMemory(dram.base, dram.bytes);
    hosted = hostedMachine(request);
    hosted.run();
  }, TIMEOUT_MS);

  afterAll(async () => held?.end());

  const systemIn = (bytes: Uint8Array): System => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // biome-ignore lint/complexity/useLiteralKeys: private, and not part of the machine's interface
    const state = (hosted["core"] as { cpudriver: { kernelState(): number } }).cpudriver.kernelState();
    return new System(new PhysicalReader(view, dram.base), dram.base + state);
  };
  const hostedDump = () => hosted.readPhysical(dram.base, dram.bytes);
  const symbolOffset = (name: string) => symbolAddress(readNative(kernelFile(native)), name) - KERNEL_WINDOW;

  /** Where the CPU driver keeps pointers: its static data, its fingers, CNodes and dispatchers. Offsets in DRAM. */
  const pointersIn = (system: System): [start: number, bytes: number][] => {
    const state = system.state;
    const objects = system
      .database()
      .filter(({ type }) => typeHoldsSlots(type))
      .map(({ base, bytes }): [number, number] => [base - dram.base, bytes]);
    return [
      [NATIVE_BYTES, symbolOffset("bootBlock") - NATIVE_BYTES],
      [(state.fingers as number) - dram.base, (dram.bytes / BASE_PAGE_SIZE) * 4],
      ...objects,
    ];
  };

  /** Makes the emulated machine's pointers, which are addresses in the window, offsets as on the hosted machine. */
  const withOffsets = (emulated: Uint8Array, simulated: Uint8Array, places: [start: number, bytes: number][]) => {
    const native = new DataView(emulated.buffer, emulated.byteOffset);
    const expected = new DataView(simulated.buffer, simulated.byteOffset);
    for (const [start, bytes] of places) {
      for (let at = start; at < start + bytes; at += 4) {
        const offset = expected.getUint32(at, true);
        const isPointer = offset !== 0 && native.getUint32(at, true) === KERNEL_WINDOW + offset;
        if (isPointer) native.setUint32(at, offset, true);
      }
    }
  };

  it("the host's decoders find the same mapping database, CSpace and page tables", () => {
    const emulated = systemIn(dump);
    const simulated = systemIn(hostedDump());
    expect(emulated.state).toEqual(simulated.state);
    expect(emulated.database()).toEqual(simulated.database());
    expect(emulated.database().length).toBeGreaterThan(500);
    expect(emulated.cspace()).toEqual(simulated.cspace());
    expect(emulated.addressSpace()).toEqual(simulated.addressSpace());
    expect(emulated.mappings()).toEqual(simulated.mappings());
    expect(emulated.dispatcher()).toEqual(simulated.dispatcher());
  });

  it("all memory is the same, byte for byte, except for data that only a processor has", () => {
    const system = systemIn(dump);
    const pageOf = (address: number) => hosted.translate(address, { privileged: true }).pa;
    const ranges: [start: number, bytes: number, what: string][] = [
      [dram.base, NATIVE_BYTES, "the CPU driver's text, state and stack"],
      [dram.base + dram.bytes - OBJSIZE_VNODE_ARM_L1, OBJSIZE_VNODE_ARM_L1, "the start code's table"],
      [pageOf(VECTORS_BASE), BASE_PAGE_SIZE, "the exception vectors"],
      [
        system.state.kernelL1 + ((DEVICE_WINDOW_END >>> 20) - 2) * 4,
        8,
        "sections of the UART and the interrupt controller",
      ],
      [pageOf(PROGRAM_STATE), PROGRAM_STATE_BYTES, "init's wasm globals"],
      [pageOf(USER_STACK), USER_STACK_BYTES, "init's stack"],
    ];
    const emulated = dump.slice();
    const simulated = hostedDump();
    for (const [start, bytes] of ranges) {
      emulated.fill(0, start - dram.base, start - dram.base + bytes);
      simulated.fill(0, start - dram.base, start - dram.base + bytes);
    }
    withOffsets(emulated, simulated, pointersIn(system));
    const at = emulated.findIndex((byte, index) => byte !== simulated[index]);
    expect(at < 0 ? "equal" : `differs at physical address ${(dram.base + at).toString(16)}`).toBe("equal");
  });

  it("both MMUs translate alike", async () => {
    const mapped = systemIn(dump)
      .addressSpace()
      ?.ranges.map(({ va }) => va) as number[];
    const fixed = [
      ...[0, 0x1000, 0x100000, INIT_BOOTINFO_VBASE, INIT_ARGS_VBASE, INIT_DISPATCHER_VBASE],
      ...[0x400000, 0x400ffc, PROGRAM_TEXT, PROGRAM_STATE, USER_STACK - 4, USER_STACK, USER_STACK + USER_STACK_BYTES],
      ...[0x2000000, 0x3fffffff, 0x40000000, 0x7ffff000, 0x7fffffff],
      ...[KERNEL_WINDOW, KERNEL_WINDOW + 0x10000, KERNEL_WINDOW + dram.bytes - 4, KERNEL_WINDOW + dram.bytes],
      ...[0xbfffffff, 0xc0000000, 0xfed00000, VECTORS_BASE - 4, VECTORS_BASE, VECTORS_BASE + 0x1c, 0xffffffff],
    ];
    const scattered = Array.from({ length: 64 }, (_, index) => Math.imul(index, 0x9e3779b1) >>> 0);
    for (const address of [...fixed, ...mapped, ...mapped.map((va) => va + 0x123), ...scattered]) {
      const { status, pa } = hosted.translate(address, { privileged: true });
      const expected = status === 0 ? pa : null;
      const shown = (value: number | null) =>
        `${address.toString(16)} -> ${value === null ? "fault" : value.toString(16)}`;
      expect(shown(await held.translate(address))).toBe(shown(expected));
    }
  });

  it("the timer interrupted the program", () => {
    expect(new DataView(dump.buffer, dump.byteOffset).getUint32(symbolOffset("timerTicks"), true)).toBeGreaterThan(0);
  });

  it("more than half of each stack was never used", () => {
    const kernelStack = dump.subarray(symbolOffset("kernelStack"), symbolOffset("kernelStackEnd"));
    const untouched = (stack: Uint8Array) => stack.findIndex((byte) => byte !== 0) / stack.length;
    expect(untouched(kernelStack)).toBeGreaterThan(0.5);
    const first = hosted.translate(USER_STACK, { privileged: true }).pa - dram.base;
    expect(untouched(dump.subarray(first, first + USER_STACK_BYTES))).toBeGreaterThan(0.5);
  });

  it("the device window contains only the emulated board's devices", async () => {
    expect(await held.translate(DEVICE_WINDOW_END - SECTION_BYTES)).toBe(0x10000000);
    expect(await held.translate(DEVICE_WINDOW_END - 2 * SECTION_BYTES)).toBe(0x1e000000);
    expect(await held.translate(DEVICE_WINDOW_END - 3 * SECTION_BYTES)).toBe(null);
  });
});
