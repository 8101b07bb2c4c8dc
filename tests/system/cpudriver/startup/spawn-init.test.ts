/** The state in which init starts. */
import { expect, it } from "vitest";
import { DISPATCHER } from "../../../../evidence/harness/well-known";
import { DcbLayout, SavedRegister } from "../../../../system/cpudriver/layout/dcb-layout";
import { INIT_ARGS_VBASE, INIT_DISPATCHER_VBASE, INIT_SEGMENTS_VBASE } from "../../../../system/kpi/init-space";
import { useSystem } from "../../../support/use-system";

const system = await useSystem();

const word = (offset: number) => system.memory.word(system.identity(DISPATCHER).base + offset);
const register = (index: SavedRegister) => word(DcbLayout.SAVE_AREA + 4 * index);

/** Mode bits of the ARM architecture's CPSR. */
const MODE_MASK = 0x1f;
const USER_MODE = 0x10;
const FIQ_MASKED = 0x40;
const THUMB_STATE = 0x20;

it("init starts in user mode and ARM state, with FIQ masked", () => {
  const cpsr = register(SavedRegister.CPSR);
  expect(cpsr & MODE_MASK).toBe(USER_MODE);
  expect(cpsr & FIQ_MASKED).toBe(FIQ_MASKED);
  expect(cpsr & THUMB_STATE).toBe(0);
});

it("init gets the address of its arguments in r0 and starts in a segment", () => {
  expect(register(SavedRegister.R0)).toBe(INIT_ARGS_VBASE);
  expect(register(SavedRegister.PC)).toBeGreaterThanOrEqual(INIT_SEGMENTS_VBASE);
});

it("init starts with its upcalls disabled, and its dispatcher frame at its address", () => {
  expect(word(DcbLayout.IS_DISABLED)).toBe(1);
  expect(word(DcbLayout.DISP_USER_ADDRESS)).toBe(INIT_DISPATCHER_VBASE);
});
