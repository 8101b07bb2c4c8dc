/*
 * The system call of a native program. It passes twelve words in r0 to r11 and returns the error in r0 and the value in
 * r1. (system/kpi/system-calls.ts)
 */
#ifndef NATIVE_SYSCALL_H
#define NATIVE_SYSCALL_H

#include "types.h"

__attribute__((nodebug)) static inline u64 kernel_syscall(u32 w0, u32 w1, u32 w2, u32 w3, u32 w4, u32 w5, u32 w6, u32 w7, u32 w8, u32 w9,
                                 u32 w10, u32 w11) {
  register u32 r0 __asm__("r0") = w0;
  register u32 r1 __asm__("r1") = w1;
  register u32 r2 __asm__("r2") = w2;
  register u32 r3 __asm__("r3") = w3;
  register u32 r4 __asm__("r4") = w4;
  register u32 r5 __asm__("r5") = w5;
  register u32 r6 __asm__("r6") = w6;
  register u32 r7 __asm__("r7") = w7;
  register u32 r8 __asm__("r8") = w8;
  register u32 r9 __asm__("r9") = w9;
  register u32 r10 __asm__("r10") = w10;
  register u32 r11 __asm__("r11") = w11;
  __asm__ volatile("svc #0"
                   : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)
                   : "r"(r4), "r"(r5), "r"(r6), "r"(r7), "r"(r8), "r"(r9), "r"(r10), "r"(r11)
                   : "r12", "cc", "memory");
  return (u64)r1 << 32 | r0;
}

#endif
