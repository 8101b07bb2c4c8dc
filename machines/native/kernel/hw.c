/*
 * The hardware interface of the CPU driver (system/cpudriver/arch/armv7/hw.ts), implemented with coprocessor 15 and the
 * devices of a real core. The shortest functions are in hw-inline.h. The hosted machine implements the interface with a
 * software MMU and JavaScript.
 */
#include "constants.h"
#include "cp15.h"
#include "device.h"
#include "hw-inline.h"
#include "kernel.h"
#include "uart.h"

/* ---- address spaces ---- */

/* Table walks use the caches, with the same attributes as the window has for the tables' memory. */
void hw_writeTtbr0(u32 table) {
  setTtbr0(table | TTBR_WALK);
  programChanged = 1;
}
void hw_writeTtbr1(u32 table) { setTtbr1(table | TTBR_WALK); }
void hw_writeTtbcr(u32 n) { setTtbcr(n); }
void hw_writeDacr(u32 domains) { setDacr(domains); }

/* Writes the range from the data cache to memory, and invalidates the instruction cache. */
void hw_synchronizeCaches(u32 address, u32 bytes) {
  u32 line = window(address) & ~(CACHE_LINE - 1);
  for (u32 end = window(address) + bytes; line < end; line += CACHE_LINE) cleanAndInvalidateLine(line);
  dsb();
  instructionCacheInvalidateAll();
  dsb();
  isb();
}

/* Copies the vectors into their page, which must be mapped. The core uses them as soon as SCTLR.V is set. */
void installVectors(void) {
  u32 *page = (u32 *)VECTORS_BASE;
  for (u32 *word = vectors; word < vectorsEnd; word++) *page++ = *word;
  for (u32 line = VECTORS_BASE; line < (u32)page; line += CACHE_LINE) cleanLineToUnification(line);
  dsb();
  instructionCacheInvalidateAll();
  dsb();
}

/* The MMU is on already, because this code needs it. The CPU driver's own tables now also map the high vectors. */
void hw_writeSctlr(u32 bits) {
  installVectors();
  setSctlr((readSctlr() & ~(SCTLR_M | SCTLR_A)) | bits | SCTLR_V);
}

/* ---- the board ---- */

u32 hw_ramBytes(void) { return ramBytes; }

/* Sections of the device registers that this layer uses, in the order of the device window. */
u32 hw_deviceSection(u32 index) {
  switch (index) {
    case 0: return CONSOLE_SECTION;
    case 1: return PRIVATE_SECTION;
    default: return 0;
  }
}

void hw_consoleWrite(u32 text, u32 bytes) {
  const u8 *character = (const u8 *)text;
  for (; bytes != 0; bytes--) {
    if (CONSOLE_CRLF && *character == '\n') uartWrite(CONSOLE_WINDOW, '\r');
    uartWrite(CONSOLE_WINDOW, *character++);
  }
}

u32 hw_consoleRead(void) { return (u32)uartRead(CONSOLE_WINDOW); }

/* Programs run with interrupts. The CPU driver itself never does. */
void hw_enableInterrupts(void) {
  interruptsEnable(*(const u32 *)(kernel_kernelState() + KERNEL_STATE_TIMESLICE));
}

u64 hw_cycleCounter(void) { return HAS_CYCLE_COUNTER ? readCycleCounter() : globalTimer(); }

/* ---- the end ---- */

void hw_halt(u32 status) { stopMachine(status); }
void hw_idle(void) {
  if (!programFaulted) stopMachine(IDLE_STATUS);
  printCallTrace();
  stopMachine(FAULT_STATUS);
}

/* ---- system calls ---- */

u32 systemCalls;
