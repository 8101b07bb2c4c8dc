/**
 * The CPU driver's stack is small and bounded. A few hundred bytes are enough for a deletion, however deeply nested the
 * deleted capabilities are.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { pandaboardEs } from "../../../machines/boards/pandaboard-es";
import { DirectMachine } from "../../../machines/hosted/direct/direct-machine";
import { loadSystemImages } from "../../../machines/hosted/node/load-images";
import { findNativeBoard, type NativeBoard } from "../../../machines/native/boards";
import { kernelFile, readNative } from "../../../machines/native/built";
import { NativeCallMachine } from "../../../machines/native/call-machine";
import { symbolAddress } from "../../../machines/native/elf";
import { MachineSystem } from "../../../observe/traces/machine/system";
import type { Operation, SlotName } from "../../../observe/traces/operation";
import { KERNEL_WINDOW } from "../../../system/kpi/types";
import { describeNative } from "./support/tools";

const native = findNativeBoard("vexpress-a9") as NativeBoard;
/** Bytes of the stack that are enough. */
const BOUND = 512;
const PAGE = 4096;
const L2_CNODE_BYTES = 16384;
const RAM = { slot: 0, type: "RAM", base: 0x81000000, bytes: 64 << 20 };
const setting = { dram: RAM, memory: pandaboardEs.dram, slots: 1024, caps: [RAM] };

/** Entries of the caller's root. CNodes are reached through them in turn. */
const [FIRST_ENTRY, ...TURNS] = [40, 41, 42];

describeNative("the stack of the CPU driver", { timeout: 240_000 }, () => {
  let machine: NativeCallMachine;
  beforeAll(() => {
    const hosted = DirectMachine.create({ board: pandaboardEs, images: loadSystemImages() });
    machine = new NativeCallMachine(native, hosted.kernelState - hosted.dram.base);
  });
  afterAll(() => machine.end());

  const offsetOf = (symbol: string) => symbolAddress(readNative(kernelFile(native)), symbol) - KERNEL_WINDOW;

  /** Counts the words that the last operation wrote below the first `BOUND` bytes of the stack. */
  function wordsBelow(operations: Operation[]): number {
    const system = new MachineSystem(machine, setting);
    const perform = (operation: Operation) => expect(system.perform(operation).err).toBe("SYS_ERR_OK");
    operations.slice(0, -1).forEach(perform);
    // While it waits, the caller only asks for the time, so no call that needs more stack is in progress.
    const start = offsetOf("kernelStack");
    const words = (offsetOf("kernelStackEnd") - BOUND - start) / 4;
    machine.bytes.writeWords(start, new Array<number>(words).fill(0));
    operations.slice(-1).forEach(perform);
    return new Uint32Array(machine.bytes.read(start, words * 4).buffer).filter((word) => word !== 0).length;
  }

  /** Nested RAM capabilities, each a page smaller than its parent, and a revoke of the outermost one. */
  function chain(depth: number): Operation[] {
    const links = Array.from({ length: depth }, (_, index): Operation => {
      const [src, dst] = [index === 0 ? 0 : index + 1, index + 2];
      return { op: "retype", src, dst, offset: 0, type: "RAM", objsize: RAM.bytes - (index + 1) * PAGE, count: 1 };
    });
    return [...links, { op: "revoke", slot: 0 }];
  }

  /** Nested CNodes, each with no other capability, and a deletion of the outermost one. */
  function nest(depth: number): Operation[] {
    const make = (index: number, dst: SlotName): Operation => {
      return {
        op: "retype",
        src: 0,
        dst,
        offset: index * L2_CNODE_BYTES,
        type: "L2CNode",
        objsize: L2_CNODE_BYTES,
        count: 1,
      };
    };
    const operations = [make(0, { cnode: FIRST_ENTRY as number })];
    let holder = FIRST_ENTRY as number;
    for (let index = 1; index < depth; index++) {
      operations.push(make(index, { cnode: holder, slot: 0 }));
      const next = TURNS[index % 2] as number;
      operations.push({ op: "copy", src: { cnode: holder, slot: 0 }, dst: { cnode: next } });
      if (holder !== FIRST_ENTRY) operations.push({ op: "delete", slot: { cnode: holder } });
      holder = next;
    }
    return [
      ...operations,
      { op: "delete", slot: { cnode: holder } },
      { op: "delete", slot: { cnode: FIRST_ENTRY as number } },
    ];
  }

  it.each([
    ["a revoke of RAM nested 1,000 deep", chain(1000)],
    ["a deletion of CNodes nested 200 deep", nest(200)],
  ])(`${BOUND} bytes are enough for %s`, (_, operations) => {
    expect(wordsBelow(operations)).toBe(0);
  });
});
