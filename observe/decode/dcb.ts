/** Decodes a dispatcher control block (DCB). `system/cpudriver/dispatch/dcb.ts` draws the bytes. */
import { DcbLayout, DispatcherState, SavedRegister } from "../../system/cpudriver/layout/dcb-layout";
import { type Capability, decodeSlot } from "./capability";
import type { PhysicalReader } from "./memory-reader";

export interface Dcb {
  /** Physical address. */
  at: number;
  cspace: Capability | null;
  vspace: Capability | null;
  dispatcherFrame: Capability | null;
  state: string;
  isDisabled: boolean;
  domainId: number;
  /** User address of the dispatcher frame. */
  userAddress: number;
  /** Next dispatcher in the run queue. */
  next: number | null;
  registers: { pc: number; sp: number; lr: number; cpsr: number; r0: number };
}

const STATE_NAMES: Record<number, string> = {
  [DispatcherState.NOT_SET_UP]: "not set up",
  [DispatcherState.RUNNABLE]: "runnable",
  [DispatcherState.STOPPED]: "stopped",
};

export function decodeDcb(reader: PhysicalReader, at: number): Dcb {
  const word = (offset: DcbLayout) => reader.u32(at + offset);
  const register = (index: SavedRegister) => reader.u32(at + DcbLayout.SAVE_AREA + 4 * index);
  const state = word(DcbLayout.STATE);
  return {
    at,
    cspace: decodeSlot(reader, at + DcbLayout.CSPACE),
    vspace: decodeSlot(reader, at + DcbLayout.VSPACE),
    dispatcherFrame: decodeSlot(reader, at + DcbLayout.DISPFRAME),
    state: STATE_NAMES[state] ?? `state ${state}`,
    isDisabled: word(DcbLayout.IS_DISABLED) !== 0,
    domainId: word(DcbLayout.DOMAIN_ID),
    userAddress: word(DcbLayout.DISP_USER_ADDRESS),
    next: reader.pointer(at + DcbLayout.RUN_NEXT),
    registers: {
      r0: register(SavedRegister.R0),
      sp: register(SavedRegister.SP),
      lr: register(SavedRegister.LR),
      pc: register(SavedRegister.PC),
      cpsr: register(SavedRegister.CPSR),
    },
  };
}
