/**
 * mmu.wasm, the part of the MMU that the CPU driver uses: coprocessor registers, TLB maintenance, and the address
 * translation operation that reports a fault instead of raising it (ATS1C* and PAR of the hardware).
 */
import { SCTLR_A, SCTLR_M } from "./control";
import { FaultStatus } from "./fault-status";
import { Register } from "./layout";
import { permissionFault } from "./permissions";
import { ProcessorMode } from "./processor-mode";
import { tlbDomainsChanged, tlbForgetAll, tlbForgetPage } from "./tlb";
import { isDram, Walk, walk } from "./walk";

const TTBCR_MASK: u32 = 0x37;

/** Sets the state of a core after reset: MMU off, TLB empty. The host calls this once. */
export function reset(): void {
  store<u32>(Register.SCTLR, SCTLR_A);
  store<u32>(Register.MODE, ProcessorMode.SUPERVISOR);
  tlbForgetAll();
}

export function writeTtbr0(value: u32): void {
  store<u32>(Register.TTBR0, value);
}

export function readTtbr0(): u32 {
  return load<u32>(Register.TTBR0);
}

export function writeTtbr1(value: u32): void {
  store<u32>(Register.TTBR1, value);
}

export function readTtbr1(): u32 {
  return load<u32>(Register.TTBR1);
}

/** Keeps N and the two "no walk" bits. The long-descriptor format does not exist here. */
export function writeTtbcr(value: u32): void {
  store<u32>(Register.TTBCR, value & TTBCR_MASK);
}

export function readTtbcr(): u32 {
  return load<u32>(Register.TTBCR);
}

export function writeDacr(value: u32): void {
  store<u32>(Register.DACR, value);
  tlbDomainsChanged();
}

export function readDacr(): u32 {
  return load<u32>(Register.DACR);
}

/** M can be changed, A reads as one, and all others (AFE, TRE, EE, ...) read as zero. */
export function writeSctlr(value: u32): void {
  const before = load<u32>(Register.SCTLR);
  const after = (value & SCTLR_M) | SCTLR_A;
  store<u32>(Register.SCTLR, after);
  // Switching the MMU on or off makes all cached translations invalid.
  if (before != after) tlbForgetAll();
}

export function readSctlr(): u32 {
  return load<u32>(Register.SCTLR);
}

export function readDfsr(): u32 {
  return load<u32>(Register.DFSR);
}

export function readDfar(): u32 {
  return load<u32>(Register.DFAR);
}

export function ramBytes(): u32 {
  return load<u32>(Register.DRAM_BYTES);
}

/** Does nothing: there is no cache between the CPU driver and the walks. */
export function cleanDataCache(_pa: u32, _bytes: u32): void {}

/** Does nothing: code is not in this memory, so there is nothing to synchronise. */
export function synchronizeCaches(_pa: u32, _bytes: u32): void {}

/** The host implements the devices; they have no registers here. */
export function deviceSection(_index: u32): u32 {
  return 0;
}

export function tlbFlushAll(): void {
  tlbForgetAll();
}

export function tlbFlushPage(va: u32): void {
  tlbForgetPage(va);
}

/**
 * Translates the address of a byte with the present tables; neither reads nor fills the TLB.
 *
 * Low half: 0, or the value that DFSR would have. High half: the physical address, or 0 if the walk faults.
 */
export function translate(va: u32, write: bool, privileged: bool): u64 {
  const direction: u32 = write ? FaultStatus.WRITE : 0;
  let status = walk(va);
  if (status) return u64(status | direction);
  status = permissionFault(Walk.info, write, privileged);
  if (!status && !isDram(Walk.pa, 1)) status = FaultStatus.SYNCHRONOUS_EXTERNAL_ABORT;
  return (u64(Walk.pa) << 32) | u64(status ? status | direction : 0);
}
