/**
 * mmu.wasm, the part of the MMU that the CPU driver talks to: coprocessor registers, TLB maintenance, and the address
 * translation operation that reports instead of faulting (the hardware's ATS1C*, PAR).
 */
import { SCTLR_A, SCTLR_M } from "./control";
import { FaultStatus } from "./fault-status";
import { Register } from "./layout";
import { permissionFault } from "./permissions";
import { tlbDomainsChanged, tlbForgetAll, tlbForgetPage } from "./tlb";
import { isDram, Walk, walk } from "./walk";

const TTBCR_MASK: u32 = 0x37;

/** What a core has after reset: MMU off, nothing cached. The host calls this once. */
export function reset(): void {
  store<u32>(Register.SCTLR, SCTLR_A);
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

/** N and the two "no walk" bits; the long-descriptor format does not exist here. */
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

/** M can be changed, A reads as one, all others (AFE, TRE, EE, ...) as zero. */
export function writeSctlr(value: u32): void {
  const before = load<u32>(Register.SCTLR);
  const after = (value & SCTLR_M) | SCTLR_A;
  store<u32>(Register.SCTLR, after);
  // Addresses with and without translation have nothing in common.
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

/** What the board's DRAM is. */
export function ramBase(): u32 {
  return load<u32>(Register.DRAM_BASE);
}

export function ramBytes(): u32 {
  return load<u32>(Register.DRAM_BYTES);
}

/** No caches are between the CPU driver and the walks: nothing to clean. */
export function cleanDataCache(_pa: u32, _bytes: u32): void {}

/** Nor is there anything to synchronise: code is not in this memory. */
export function synchronizeCaches(_pa: u32, _bytes: u32): void {}

/** The devices are the host's: no registers. */
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
 * Translates the address of a byte by the tables as they are now; neither asks nor fills the TLB.
 * Low half: 0, or what DFSR would say. High half: the physical address, 0 with a fault of the walk.
 */
export function translate(va: u32, write: bool, privileged: bool): u64 {
  const direction: u32 = write ? FaultStatus.WRITE : 0;
  let status = walk(va);
  if (status) return u64(status | direction);
  status = permissionFault(Walk.info, write, privileged);
  if (!status && !isDram(Walk.pa, 1)) status = FaultStatus.SYNCHRONOUS_EXTERNAL_ABORT;
  return (u64(Walk.pa) << 32) | u64(status ? status | direction : 0);
}
