/*
 * Records every system call on the second serial port if the CPU driver's command line has `trace=1`. A record consists
 * of the words of the call (as many as word 0 says, system/kpi/system-calls.ts), the error and the value, all
 * little-endian. Calls that do not return leave no record.
 */
#include "constants.h"
#include "kernel.h"
#include "uart.h"

#ifdef TRACE_WINDOW
enum { WORDS_MAX = 12 };

static u32 countedWords(u32 word0) {
  u32 count = word0 >> 4 & 0xf;
  return count == 0 ? 1 : count > WORDS_MAX ? WORDS_MAX : count;
}

u64 tracedSystemCall(u32 w0, u32 w1, u32 w2, u32 w3, u32 w4, u32 w5, u32 w6, u32 w7, u32 w8, u32 w9, u32 w10,
                     u32 w11) {
  u32 words[WORDS_MAX + 2] = {w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11};
  u64 result = kernel_syscall(w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11);
  u32 count = countedWords(w0);
  words[count++] = (u32)result;
  words[count++] = (u32)(result >> 32);
  uartWriteBytes(TRACE_WINDOW, (const u8 *)words, count * sizeof(u32));
  return result;
}

void traceInit(void) {
  uartInit(TRACE_WINDOW);
  systemCallVector = (u32)tracedSystemCallEntry;
  installVectors();
}
#else
u64 tracedSystemCall(void) { return 0; }
void traceInit(void) {}
#endif
