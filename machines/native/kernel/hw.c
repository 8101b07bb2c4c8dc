/*
 * The imports of the CPU driver: system/cpudriver/arch/armv7/hw.ts on a real core. What the hosted machine does in its
 * software MMU and in JavaScript, coprocessor 15 and the devices do here.
 */
#include "constants.h"
#include "cp15.h"
#include "device.h"
#include "kernel.h"
#include "uart.h"

/* ---- address spaces ---- */

/* Walks look into the caches, with the attributes that the window gives to the same memory. */
void hw_writeTtbr0(u32 table) {
  setTtbr0(table | TTBR_WALK);
  programChanged = 1;
}
void hw_writeTtbr1(u32 table) { setTtbr1(table | TTBR_WALK); }
void hw_writeTtbcr(u32 n) { setTtbcr(n); }
void hw_writeDacr(u32 domains) { setDacr(domains); }

void hw_tlbFlushAll(void) { tlbInvalidateAll(); }
void hw_tlbFlushPage(u32 address) { tlbInvalidatePage(address); }

static u32 window(u32 physical) { return physical - DRAM_BASE + KERNEL_WINDOW; }

/* A Cortex-A9 walks coherently (ID_MMFR3.CohWalk); a core that does not gets what it needs all the same. */
void hw_cleanDataCache(u32 address, u32 bytes) {
  u32 line = window(address) & ~(CACHE_LINE - 1);
  for (u32 end = window(address) + bytes; line < end; line += CACHE_LINE) cleanLineToUnification(line);
  dsb();
}

/* What the data cache holds goes to memory, and the instruction cache forgets. */
void hw_synchronizeCaches(u32 address, u32 bytes) {
  u32 line = window(address) & ~(CACHE_LINE - 1);
  for (u32 end = window(address) + bytes; line < end; line += CACHE_LINE) cleanAndInvalidateLine(line);
  dsb();
  instructionCacheInvalidateAll();
  dsb();
  isb();
}

/* Copies the vectors into their page, which is mapped by now. They are wanted as soon as they are high. */
void installVectors(void) {
  u32 *page = (u32 *)VECTORS_BASE;
  for (u32 *word = vectors; word < vectorsEnd; word++) *page++ = *word;
  for (u32 line = VECTORS_BASE; line < (u32)page; line += CACHE_LINE) cleanLineToUnification(line);
  dsb();
  instructionCacheInvalidateAll();
  dsb();
}

/* The MMU is on already, or this code would not run; what the CPU driver's own tables add are the high vectors. */
void hw_writeSctlr(u32 bits) {
  installVectors();
  setSctlr((readSctlr() & ~(SCTLR_M | SCTLR_A)) | bits | SCTLR_V);
}

/* ---- the board ---- */

u32 hw_ramBase(void) { return DRAM_BASE; }
u32 hw_ramBytes(void) { return ramBytes; }

/* Registers that this layer wants to reach, in the order of their places in the window of devices. */
u32 hw_deviceSection(u32 index) {
  switch (index) {
    case 0: return CONSOLE_SECTION;
    case 1: return PRIVATE_SECTION;
    default: return 0;
  }
}

void hw_consoleWrite(u32 text, u32 bytes) {
  const u8 *character = (const u8 *)(KERNEL_WINDOW + text);
  for (; bytes != 0; bytes--) {
    if (CONSOLE_CRLF && *character == '\n') uartWrite(CONSOLE_WINDOW, '\r');
    uartWrite(CONSOLE_WINDOW, *character++);
  }
}

u32 hw_consoleRead(void) { return (u32)uartRead(CONSOLE_WINDOW); }

/* The program that starts now runs with interrupts; the CPU driver itself never does. */
void hw_enableInterrupts(void) {
  interruptsEnable(*(const u32 *)(KERNEL_WINDOW + kernel_kernelState() + KERNEL_STATE_TIMESLICE));
}

u64 hw_cycleCounter(void) { return HAS_CYCLE_COUNTER ? readCycleCounter() : globalTimer(); }

/* ---- the end ---- */

void hw_halt(u32 status) { stopMachine(status); }
void hw_idle(void) { stopMachine(programFaulted ? FAULT_STATUS : IDLE_STATUS); }

/* ---- system calls ---- */

static u32 systemCalls;

void hw_enterSystemCall(void) { systemCalls++; }
u32 hw_systemCallCount(void) { return systemCalls; }
