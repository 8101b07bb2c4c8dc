/*
 * A record of every system call on the second serial port, for `trace=1` on the CPU driver's command line: twelve
 * words in, two out, little-endian, 56 bytes. Calls that do not return leave none.
 */
#include "constants.h"
#include "kernel.h"
#include "uart.h"

#ifdef TRACE_WINDOW
static void putWord(u32 word) {
  for (u32 shift = 0; shift < 32; shift += 8) uartWrite(TRACE_WINDOW, (u8)(word >> shift));
}

u64 tracedSystemCall(u32 w0, u32 w1, u32 w2, u32 w3, u32 w4, u32 w5, u32 w6, u32 w7, u32 w8, u32 w9, u32 w10,
                     u32 w11) {
  const u32 words[] = {w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11};
  u64 result = kernel_syscall(w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11);
  for (u32 i = 0; i < sizeof(words) / sizeof(u32); i++) putWord(words[i]);
  putWord((u32)result);
  putWord((u32)(result >> 32));
  return result;
}

void traceInit(void) {
  uartInit(TRACE_WINDOW);
  systemCallVector = (u32)tracedSystemCallEntry;
}
#else
u64 tracedSystemCall(void) { return 0; }
void traceInit(void) {}
#endif
