/** Set-up and properties of dispatchers. (Specification of capabilities, section 4.13.) */
import { beforeEach, describe, expect, it } from "vitest";
import {
  DISPATCHER,
  DISPATCHER_FRAME,
  L1_TABLE,
  MIB,
  PAGE,
  RAM,
  ROOT,
  slot,
} from "../../../../evidence/harness/well-known";
import { DcbLayout } from "../../../../system/cpudriver/layout/dcb-layout";
import { ObjType } from "../../../../system/kpi/object-types";
import { DispatcherCmd } from "../../../../system/kpi/system-calls";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();
const { do: call, attempt } = system;

const NEW = slot(0);
const complete = { dispatcher: NEW, cspace: ROOT, vspace: L1_TABLE, frame: DISPATCHER_FRAME };

beforeEach(() => {
  call.retype({ from: RAM, type: ObjType.Dispatcher, to: NEW });
});

describe("set-up", () => {
  it("sets the parts of a dispatcher one after the other", () => {
    call.setup({ dispatcher: NEW, cspace: ROOT });
    call.setup({ dispatcher: NEW, vspace: L1_TABLE });
    call.setup({ dispatcher: NEW, frame: DISPATCHER_FRAME, run: true });
  });

  it("needs an L1CNode that it can look up", () => {
    const answer = attempt.setup({ ...complete, cspace: slot(99) });
    expect(answer).toBe("SYS_ERR_DISP_CSPACE_ROOT < SYS_ERR_CAP_NOT_FOUND");
    expect(attempt.setup({ ...complete, cspace: RAM })).toBe("SYS_ERR_DISP_CSPACE_INVALID");
    expect(attempt.setup({ ...complete, cspace: slot(0), cspaceLevel: 1 })).toBe("SYS_ERR_DISP_CSPACE_INVALID");
  });

  it("needs an L1 table in the new CSpace", () => {
    expect(attempt.setup({ ...complete, vspace: slot(99) })).toBe("SYS_ERR_DISP_VSPACE_ROOT < SYS_ERR_CAP_NOT_FOUND");
    expect(attempt.setup({ ...complete, vspace: L1_TABLE + 1 })).toBe("SYS_ERR_DISP_VSPACE_INVALID");
    expect(attempt.setup({ dispatcher: NEW, vspace: L1_TABLE })).toBe("SYS_ERR_DISP_VSPACE_ROOT < SYS_ERR_CNODE_TYPE");
  });

  it("needs a frame of 256 KiB in the new CSpace", () => {
    expect(attempt.setup({ ...complete, frame: slot(99) })).toBe("SYS_ERR_DISP_FRAME < SYS_ERR_CAP_NOT_FOUND");
    expect(attempt.setup({ ...complete, frame: RAM })).toBe("SYS_ERR_DISP_FRAME_INVALID");
    call.retype({ from: RAM, type: ObjType.Frame, bytes: 0x40000 - PAGE, offset: MIB, to: slot(1) });
    expect(attempt.setup({ ...complete, frame: slot(1) })).toBe("SYS_ERR_DISP_FRAME_SIZE");
  });

  it("sets each part only once", () => {
    call.setup(complete);
    expect(attempt.setup(complete)).toBe("SYS_ERR_DISP_CSPACE_ROOT < SYS_ERR_SLOT_IN_USE");
    expect(attempt.setup({ dispatcher: NEW, vspace: L1_TABLE })).toBe("SYS_ERR_DISP_VSPACE_ROOT < SYS_ERR_SLOT_IN_USE");
    expect(attempt.setup({ dispatcher: NEW, frame: DISPATCHER_FRAME })).toBe(
      "SYS_ERR_DISP_FRAME < SYS_ERR_SLOT_IN_USE",
    );
    expect(attempt.setup({ dispatcher: DISPATCHER, cspace: ROOT })).toBe(
      "SYS_ERR_DISP_CSPACE_ROOT < SYS_ERR_SLOT_IN_USE",
    );
  });

  it("that fails sets nothing, so a second attempt succeeds", () => {
    expect(attempt.setup({ ...complete, frame: RAM, run: true })).toBe("SYS_ERR_DISP_FRAME_INVALID");
    expect(attempt.setup({ ...complete, other: RAM, run: true })).toBe("SYS_ERR_DISP_OCAP_TYPE");
    expect(attempt.setup({ ...complete, run: true })).toBe("SYS_ERR_OK");
  });

  it("refuses to run a dispatcher that is incomplete or already runs", () => {
    expect(attempt.setup({ dispatcher: NEW, run: true })).toBe("SYS_ERR_DISP_NOT_RUNNABLE");
    expect(attempt.setup({ ...complete, vspace: 0, run: true })).toBe("SYS_ERR_DISP_NOT_RUNNABLE");
    expect(attempt.setup({ ...complete, frame: 0, run: true })).toBe("SYS_ERR_DISP_NOT_RUNNABLE");
    expect(attempt.setup({ dispatcher: DISPATCHER, run: true })).toBe("SYS_ERR_DISP_NOT_RUNNABLE");
  });

  it("that runs a dispatcher disables its upcalls first", () => {
    const isDisabled = () => system.memory.word(system.identity(NEW).base + DcbLayout.IS_DISABLED);
    call.setup(complete);
    expect(isDisabled()).toBe(0);
    call.setup({ dispatcher: NEW, run: true });
    expect(isDisabled()).toBe(1);
  });

  it("joins the domain of another dispatcher, not its own", () => {
    expect(attempt.setup({ ...complete, other: slot(99) })).toBe("SYS_ERR_DISP_OCAP_LOOKUP < SYS_ERR_CAP_NOT_FOUND");
    expect(attempt.setup({ ...complete, other: ROOT })).toBe("SYS_ERR_DISP_OCAP_TYPE");
    expect(attempt.setup({ ...complete, other: NEW })).toBe("SYS_ERR_DISP_OCAP_TYPE");
    call.setup({ ...complete, other: DISPATCHER });
  });

  it("of nothing at all succeeds", () => {
    expect(attempt.setup({ dispatcher: NEW })).toBe("SYS_ERR_OK");
  });
});

describe("properties", () => {
  it("may describe a real-time, a soft real-time or a best-effort task", () => {
    call.properties(NEW, 0, 100, 50, 100, 0, 1);
    call.properties(NEW, 1, 0, 0, 0, 0, 1);
    call.properties(NEW, 2, 0, 0, 0, 0, 9);
  });

  it.each([
    ["an unknown kind", [3, 0, 0, 0, 0, 0]],
    ["the largest kind", [0xffffffff, 0, 0, 0, 0, 0]],
    ["no period", [0, 0, 0, 0, 0, 0]],
    ["more time than its period", [0, 10, 11, 10, 0, 0]],
    ["a deadline later than its period", [0, 11, 10, 10, 0, 0]],
  ] as const)("with %s are refused", (_name, properties) => {
    expect(attempt.properties(NEW, ...properties)).toBe("SYS_ERR_INVARGS_SYSCALL");
  });
});

it("performance counters are not available", () => {
  expect(attempt.invoke(NEW, DispatcherCmd.PerfMon)).toBe("SYS_ERR_PERFMON_NOT_AVAILABLE");
});

it("a dispatcher prints the entries of its page tables, and its capabilities", () => {
  const printed = (command: DispatcherCmd) => {
    system.console = "";
    call.invoke(DISPATCHER, command);
    return system.console;
  };
  expect(printed(DispatcherCmd.DumpPTables)).toMatch(/^ {2}00400000: [0-9a-f]{8}$/m);
  expect(printed(DispatcherCmd.DumpCapabilities)).toMatch(/: \S+ base [0-9a-f]+ bytes [0-9a-f]+$/m);
});

it("a dispatcher prints its page tables and capabilities, even if it has none", () => {
  for (const dispatcher of [DISPATCHER, NEW]) {
    expect(attempt.invoke(dispatcher, DispatcherCmd.DumpPTables)).toBe("SYS_ERR_OK");
    expect(attempt.invoke(dispatcher, DispatcherCmd.DumpCapabilities)).toBe("SYS_ERR_OK");
  }
});
