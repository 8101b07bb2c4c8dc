/** System calls other than invocations, and the argument words of invocations. (Specification of capabilities, section 4.1.) */
import { describe, expect, it } from "vitest";
import {
  DEVICES,
  DISPATCHER,
  IPI,
  IRQ_TABLE,
  KERNEL,
  L1_TABLE,
  PAGE,
  PERF_MON,
  PHYS,
  RAM,
  ROOT,
  slot,
} from "../../../../evidence/harness/well-known";
import { ObjType } from "../../../../system/kpi/object-types";
import {
  CNodeCmd,
  callNumber,
  callWord,
  callWords,
  DebugCall,
  invokeCommand,
  invokeLevel,
  invokeWord,
  mapLevelsWord,
  mapMappingLevel,
  mapRootsAreOwn,
  mapSourceLevel,
  retypeDestLevel,
  retypeSourceLevel,
  retypeType,
  retypeWord,
  SysCall,
} from "../../../../system/kpi/system-calls";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call, attempt, ending } = system;

describe("a system call", () => {
  it.each([2, 4, 8, 9, 10, 11, 12, 13, 14, 15])("with number %i is refused as nonexistent", (number) => {
    expect(attempt.number(number)).toBe("SYS_ERR_ILLEGAL_SYSCALL");
  });

  it("that does nothing succeeds", () => {
    expect(attempt.number(SysCall.NOP)).toBe("SYS_ERR_OK");
    expect(attempt.number(SysCall.NOP, 15)).toBe("SYS_ERR_OK");
  });

  it.each([
    ["YIELD", SysCall.YIELD, 2],
    ["DEBUG", SysCall.DEBUG, 3],
    ["PRINT", SysCall.PRINT, 3],
  ])("%s needs its exact number of words", (_name, number, right) => {
    for (let words = 0; words < 16; words++) {
      if (words === right) continue;
      expect(attempt.raw(callWord(number, words), DebugCall.COUNT_CAPS)).toBe("SYS_ERR_INVARGS_SYSCALL");
    }
  });

  it("for debugging accepts known codes only", () => {
    expect(attempt.debug(7)).toBe("SYS_ERR_ILLEGAL_SYSCALL");
    expect(attempt.debug(0xffffffff)).toBe("SYS_ERR_ILLEGAL_SYSCALL");
    expect(call.debug(DebugCall.CYCLE_COUNTER)).toBe(0);
    expect(call.debug(DebugCall.COUNT_CALLS)).toBeGreaterThan(0);
  });

  it("can end the run with a status", () => {
    expect(ending.debug(DebugCall.EXIT, 42)).toEqual({ kind: "exit", status: 42 });
  });

  it("reports that there is no character to read", () => {
    expect(call.getchar()).toBe(0xffffffff);
  });
});

describe("yield", () => {
  it("of the only program waits for ever", () => {
    expect(ending.yield()).toEqual({ kind: "idle" });
  });

  it("to a dispatcher or an end point is refused for an enabled caller", () => {
    call.retype({ from: DISPATCHER, type: ObjType.EndPoint, to: slot(0) });
    expect(attempt.yield(DISPATCHER)).toBe("SYS_ERR_CALLER_ENABLED");
    expect(attempt.yield(slot(0))).toBe("SYS_ERR_CALLER_ENABLED");
  });

  it("to other capabilities is refused", () => {
    for (const target of [RAM, ROOT, KERNEL]) expect(attempt.yield(target)).toBe("SYS_ERR_INVALID_YIELD_TARGET");
    expect(attempt.yield(slot(99))).toBe("SYS_ERR_CAP_NOT_FOUND");
  });
});

describe("an invocation", () => {
  it.each([0, 1, 13, 14, 15])("of %i words is refused", (words) => {
    expect(attempt.raw(invokeWord(words, 0, 2), ROOT)).toBe("SYS_ERR_INVARGS_SYSCALL");
  });

  it("of an empty slot is refused", () => {
    expect(attempt.invoke(slot(99), 0)).toBe("SYS_ERR_CAP_NOT_FOUND");
  });

  it("needs exactly the number of words that its command takes", () => {
    call.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, to: slot(0) });
    call.map({ table: L1_TABLE + 30, source: slot(0), entry: 0, mapping: slot(1) });
    call.create(ObjType.ID, slot(2));
    const commands: [number, Record<number, number>][] = [
      [ROOT, { 0: 9, 1: 11, 2: 11, 3: 4, 4: 4, 5: 7, 6: 4, 7: 5, 8: 6 }],
      [L1_TABLE, { 0: 12, 1: 4, 2: 3 }],
      [RAM, { 0: 3 }],
      [slot(0), { 0: 3 }],
      [slot(1), { 0: 6, 1: 2 }],
      [slot(2), { 0: 2 }],
      [DISPATCHER, { 0: 8, 1: 8, 2: 2, 4: 2, 5: 2 }],
      [KERNEL, { 1: 5, 7: 2, 33: 2 }],
      [IRQ_TABLE, { 2: 4, 3: 3 }],
    ];
    for (const [address, counts] of commands) {
      for (let command = 0; command < 256; command++) {
        for (let words = 2; words <= 12; words++) {
          if (counts[command] === words) continue;
          const expected = command in counts ? "SYS_ERR_INVARGS_SYSCALL" : "SYS_ERR_ILLEGAL_INVOCATION";
          const all = [invokeWord(words, command, 2), address];
          if (attempt.raw(...all) !== expected)
            throw new Error(`0x${address.toString(16)} command ${command}/${words}`);
        }
        if (command > 10 && command !== 33) command += 20;
      }
    }
  }, 60_000);

  it.each([
    ["PhysAddr", PHYS],
    ["PerfMon", PERF_MON],
    ["IPI", IPI],
  ])("of %s is refused", (_name, address) => {
    for (const command of [0, 1, 2, 255]) expect(attempt.invoke(address, command)).toBe("SYS_ERR_ILLEGAL_INVOCATION");
  });

  it("of an end point has no receiver", () => {
    call.retype({ from: DISPATCHER, type: ObjType.EndPoint, to: slot(0) });
    expect(attempt.invoke(slot(0), 0)).toBe("SYS_ERR_LMP_NO_TARGET");
  });

  it("of map on a capability that is not a page table is refused", () => {
    const words = Array.from({ length: 10 }, () => 1);
    for (const address of [RAM, DEVICES, slot(0)]) {
      if (address === slot(0)) call.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, to: slot(0) });
      expect(attempt.invoke(address, 0, ...words)).toBe("SYS_ERR_INVARGS_SYSCALL");
      expect(attempt.invoke(address, 1, 1, 2)).toBe("SYS_ERR_ILLEGAL_INVOCATION");
    }
  });

  it("of a CNode command on an L2CNode is refused", () => {
    const cnode = { address: slot(0), level: 1 };
    const args = (n: number) => Array.from({ length: n }, () => 2);
    const refused: [CNodeCmd, number, string][] = [
      [CNodeCmd.Copy, 7, "SYS_ERR_CNODE_NOT_ROOT"],
      [CNodeCmd.Mint, 9, "SYS_ERR_CNODE_NOT_ROOT"],
      [CNodeCmd.Delete, 2, "SYS_ERR_CNODE_TYPE"],
      [CNodeCmd.DeleteExact, 4, "SYS_ERR_CNODE_TYPE"],
      [CNodeCmd.Revoke, 2, "SYS_ERR_CNODE_TYPE"],
      [CNodeCmd.GetState, 2, "SYS_ERR_CNODE_TYPE"],
      [CNodeCmd.Resize, 3, "SYS_ERR_RESIZE_NOT_L1"],
    ];
    for (const [command, count, answer] of refused) expect(attempt.invoke(cnode, command, ...args(count))).toBe(answer);
  });
});

describe("a packed word", () => {
  /** Each word with the bits of its fields, the function that packs it, and the functions that read its fields. */
  const WORDS: [string, number[], (...fields: number[]) => number, ((word: number) => number)[]][] = [
    ["of a call", [4, 4], callWord, [callNumber, callWords]],
    ["of an invocation", [4, 8, 8], invokeWord, [callWords, invokeCommand, invokeLevel]],
    ["of retype", [8, 8, 16], retypeWord, [retypeSourceLevel, retypeDestLevel, retypeType]],
    ["of map", [8, 8, 1], mapLevelsWord, [mapSourceLevel, mapMappingLevel, mapRootsAreOwn]],
  ];

  it.each(WORDS)("%s limits each field to the largest value that fits its bits", (_name, bits, pack, unpack) => {
    for (const [index, width] of bits.entries()) {
      const greatest = 2 ** width - 1;
      for (const value of [0, 1, greatest - 1, greatest, greatest + 1, greatest + 2, 0x10008, 0x80000000, 0xffffffff]) {
        const fields = bits.map((_, other) => (other === index ? value : 1));
        const read = unpack.map((field) => field(pack(...fields)));
        expect(read, `field ${index}: ${value}`).toEqual(fields.map((field, i) => Math.min(field, 2 ** bits[i]! - 1)));
      }
    }
  });

  it.each([3, 0x100, 0x102, 0x10002, 0x1000002, 0xffffffff])("refuses level %i in every field", (level) => {
    const to = slot(0);
    const words = (word: number) => [ROOT, RAM, 0, word, PAGE, 1, ROOT, to & ~0xff, to & 0xff];
    const retype = (word: number) => attempt.raw(invokeWord(11, CNodeCmd.Retype, 2), ROOT, ...words(word));
    expect(retype(retypeWord(2, 1, ObjType.Frame))).toBe("SYS_ERR_OK");
    call.delete(slot(0));
    expect(retype(retypeWord(level, 1, ObjType.Frame))).toContain("SYS_ERR_CAP_LOOKUP_DEPTH");
    expect(retype(retypeWord(2, level, ObjType.Frame))).toContain("SYS_ERR_CAP_LOOKUP_DEPTH");
    expect(attempt.raw(invokeWord(4, CNodeCmd.Delete, level), ROOT, slot(0), 2)).toContain("SYS_ERR_CAP_LOOKUP_DEPTH");
  });
});
