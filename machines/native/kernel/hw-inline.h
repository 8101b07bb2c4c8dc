/*
 * The functions of the hardware interface (system/cpudriver/arch/armv7/hw.ts) that are a few instructions long. The
 * generated C includes them, so that they need no calls.
 */
#ifndef NATIVE_HW_INLINE_H
#define NATIVE_HW_INLINE_H

#include "constants.h"
#include "cp15.h"

static inline void hw_tlbFlushAll(void) { tlbInvalidateAll(); }
static inline void hw_tlbFlushPage(u32 address) { tlbInvalidatePage(address); }

static inline u32 window(u32 physical) { return physical - DRAM_BASE + KERNEL_WINDOW; }

/* A Cortex-A9 does not need this, because its table walks are coherent (ID_MMFR3.CohWalk). Other cores may need it. */
static inline void hw_cleanDataCache(u32 address, u32 bytes) {
  u32 line = window(address) & ~(CACHE_LINE - 1);
  for (u32 end = window(address) + bytes; line < end; line += CACHE_LINE) cleanLineToUnification(line);
  dsb();
}

/* Number of system calls entered since start. */
extern u32 systemCalls;

static inline void hw_enterSystemCall(void) { systemCalls++; }
static inline u32 hw_systemCallCount(void) { return systemCalls; }

#endif
