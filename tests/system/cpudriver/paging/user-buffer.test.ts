/** The CPU driver reads and writes only user memory that the program itself may access. (Capabilities, D60, D61.) */
import { beforeEach, describe, expect, it } from "vitest";
import { DEVICES, KERNEL, L1_TABLE, MIB, PAGE, RAM, slot } from "../../../../evidence/harness/well-known";
import { ObjType } from "../../../../system/kpi/object-types";
import { VRegionFlags } from "../../../../system/kpi/types";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call, attempt } = system;

const TABLE = L1_TABLE + 30;
const VA = 0x1f00000;

/** Two writable pages, a read-only page, a page without access, and a device. */
beforeEach(() => {
  call.retype({ from: RAM, type: ObjType.Frame, bytes: PAGE, count: 4, to: slot(0) });
  call.map({ table: TABLE, source: slot(0), entry: 0, mapping: slot(10) });
  // The second page of the buffer lies somewhere else in memory.
  call.map({ table: TABLE, source: slot(2), entry: 1, mapping: slot(11) });
  call.map({ table: TABLE, source: slot(1), entry: 2, mapping: slot(12), flags: VRegionFlags.READ });
  call.map({ table: TABLE, source: slot(3), entry: 3, mapping: slot(13), flags: 0 });
  call.map({ table: TABLE, source: DEVICES, entry: 10, mapping: slot(14) });
});

const refused: [string, number][] = [
  ["null", 0],
  ["an unmapped address", VA + 20 * PAGE],
  ["a page that is read-only", VA + 2 * PAGE],
  ["a page without access", VA + 3 * PAGE],
  ["a device", VA + 10 * PAGE],
  ["the last bytes before a page without access", VA + 4 * PAGE - 4],
  ["the CPU driver's memory", 0x80000000],
  ["its state", 0x80010000],
  ["the last bytes of the program's half", 0x7ffffffc],
  ["the vectors", 0xffff0000],
  ["the end of all addresses", 0xfffffffc],
  ["an address that wraps", 0xffffffff],
];

describe("identify writes", () => {
  it("base and size to memory that the program may write, even across a page boundary", () => {
    const { base } = system.identity(slot(0));
    call.identify(slot(0), VA + 8);
    expect(system.user.load(VA + 8)).toBe(base);
    call.identify(slot(0), VA + PAGE - 8);
    expect([system.user.load(VA + PAGE - 8), system.user.load(VA + PAGE)]).toEqual([base, PAGE]);
  });

  it.each(refused)("nothing at %s", (_name, address) => {
    expect(attempt.identify(slot(0), address)).toBe("SYS_ERR_INVALID_USER_BUFFER");
    expect(attempt.identifyVNode(L1_TABLE, address)).toBe("SYS_ERR_INVALID_USER_BUFFER");
    expect(attempt.identifyCap(KERNEL, RAM, address)).toBe("SYS_ERR_INVALID_USER_BUFFER");
  });

  it("nothing at all if one byte of the buffer cannot be written", () => {
    system.user.store(VA + 2 * PAGE - 8, 4711);
    expect(attempt.identify(slot(0), VA + 2 * PAGE - 8)).toBe("SYS_ERR_INVALID_USER_BUFFER");
    expect(system.user.load(VA + 2 * PAGE - 8)).toBe(4711);
  });

  it("to sections as to pages", () => {
    const offset = system.offsetOfAligned(RAM, MIB) + MIB;
    call.retype({ from: RAM, type: ObjType.Frame, bytes: MIB, offset, to: slot(20) });
    call.map({ table: L1_TABLE, source: slot(20), entry: 100, mapping: slot(21) });
    call.identify(slot(0), 100 * MIB + 0x12348);
    expect(system.user.load(100 * MIB + 0x12348)).toBe(system.identity(slot(0)).base);
    system.user.store(100 * MIB, 0x44434241);
    system.console = "";
    call.print(100 * MIB + 1, 2);
    expect(system.console).toBe("BC");
    call.modify(slot(21), { flags: VRegionFlags.READ });
    expect(attempt.identify(slot(0), 100 * MIB)).toBe("SYS_ERR_INVALID_USER_BUFFER");
  });
});

describe("print reads", () => {
  it("memory that the program may read, including read-only memory", () => {
    expect(attempt.print(VA + 2 * PAGE, 16)).toBe("SYS_ERR_OK");
    expect(attempt.print(VA, 0), "a length of 0 reads nothing").toBe("SYS_ERR_OK");
    expect(attempt.print(0x80000000, 0)).toBe("SYS_ERR_OK");
  });

  it.each(refused.filter(([name]) => !name.includes("read-only") && !name.startsWith("the last bytes before")))(
    "nothing at %s",
    (_name, address) => {
      expect(attempt.print(address, 16)).toBe("SYS_ERR_INVALID_USER_BUFFER");
    },
  );

  it("only up to the end of readable memory, even for a huge length", () => {
    const fill = (va: number) => {
      for (let at = 0; at < PAGE; at += 4) system.user.store(va + at, 0x61616161);
    };
    fill(VA);
    fill(VA + PAGE);
    expect(attempt.print(VA, 0xffffffff)).toBe("SYS_ERR_OK");
    expect(attempt.print(0x7ffff000, 0xffffffff)).toBe("SYS_ERR_INVALID_USER_BUFFER");
  });
});
