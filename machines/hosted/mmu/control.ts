/** The bits of SCTLR that this MMU implements. */
import { Register } from "./layout";

/** The MMU is on. */
export const SCTLR_M: u32 = 1 << 0;
/** Alignment faults. Always on here: a misaligned address matches no tag of the TLB, and no access crosses a page. */
export const SCTLR_A: u32 = 1 << 1;

export function mmuIsOn(): bool {
  return (load<u32>(Register.SCTLR) & SCTLR_M) != 0;
}
