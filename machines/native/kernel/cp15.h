/* System control registers and maintenance operations of ARMv7-A, each with the barriers that it needs. */
#ifndef NATIVE_CP15_H
#define NATIVE_CP15_H

#include "types.h"

/* SCTLR */
#define SCTLR_M (1u << 0)
#define SCTLR_A (1u << 1)
#define SCTLR_V (1u << 13)

/* Bytes of a line of the level 1 data cache. */
#define CACHE_LINE 32u

#define MCR(opc1, crn, crm, opc2, value) \
  __asm__ volatile("mcr p15, " #opc1 ", %0, " #crn ", " #crm ", " #opc2 ::"r"(value) : "memory")
#define MRC(opc1, crn, crm, opc2)                                                                          \
  ({                                                                                                       \
    u32 value_;                                                                                            \
    __asm__ volatile("mrc p15, " #opc1 ", %0, " #crn ", " #crm ", " #opc2 : "=r"(value_)::"memory"); \
    value_;                                                                                                \
  })

static inline void dsb(void) { __asm__ volatile("dsb" ::: "memory"); }
static inline void isb(void) { __asm__ volatile("isb" ::: "memory"); }
static inline void wfi(void) { __asm__ volatile("dsb\n\twfi" ::: "memory"); }

static inline u32 readSctlr(void) { return MRC(0, c1, c0, 0); }
static inline void setSctlr(u32 value) { MCR(0, c1, c0, 0, value); isb(); }

static inline void setTtbr0(u32 value) { dsb(); MCR(0, c2, c0, 0, value); isb(); }
static inline void setTtbr1(u32 value) { dsb(); MCR(0, c2, c0, 1, value); isb(); }
static inline void setTtbcr(u32 value) { MCR(0, c2, c0, 2, value); isb(); }
static inline void setDacr(u32 value) { MCR(0, c3, c0, 0, value); isb(); }
/* User read-only thread register. */
static inline void setTpidruro(u32 value) { MCR(0, c13, c0, 3, value); }

/*
 * Earlier writes to page tables take effect for all later accesses. Also invalidates the branch predictor, because
 * other code may now be mapped at an address.
 */
static inline void tlbInvalidateAll(void) { dsb(); MCR(0, c8, c7, 0, 0); MCR(0, c7, c5, 6, 0); dsb(); isb(); }
static inline void tlbInvalidatePage(u32 address) {
  dsb();
  MCR(0, c8, c7, 1, address & ~0xfffu);
  MCR(0, c7, c5, 6, 0);
  dsb();
  isb();
}

/* Operations on data cache lines, by virtual address. */
static inline void cleanLineToUnification(u32 address) { MCR(0, c7, c11, 1, address); }
static inline void cleanAndInvalidateLine(u32 address) { MCR(0, c7, c14, 1, address); }
static inline void instructionCacheInvalidateAll(void) { MCR(0, c7, c5, 0, 0); MCR(0, c7, c5, 6, 0); }

/* Would a read of this address by a program succeed now? (Address translation, stage 1, unprivileged read.) */
static inline bool isUserReadable(u32 address) {
  MCR(0, c7, c8, 2, address);
  isb();
  return (MRC(0, c7, c4, 0) & 1) == 0;
}

/* Performance monitors: the cycle counter. */
static inline void cycleCounterStart(void) {
  MCR(0, c9, c12, 0, 1u << 2 | 1u << 0); /* PMCR: reset the cycle counter, enable */
  MCR(0, c9, c12, 1, 1u << 31);          /* PMCNTENSET: cycle counter */
}
static inline u32 readCycleCounter(void) { return MRC(0, c9, c13, 0); }

#endif
