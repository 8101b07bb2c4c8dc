/*
 * A record of every system call on the second serial port, for `trace=1` on the CPU driver's command line: twelve
 * words in, two out, little-endian, 56 bytes. Calls that do not return leave none.
 */
#include "constants.h"
#include "kernel.h"
#include "uart.h"

bool tracing;

#ifdef TRACE_WINDOW
static void putWord(u32 word) {
  for (u32 shift = 0; shift < 32; shift += 8) uartWrite(TRACE_WINDOW, (u8)(word >> shift));
}

void traceSystemCall(const u32 words[12], u64 result) {
  for (u32 i = 0; i < 12; i++) putWord(words[i]);
  putWord((u32)result);
  putWord((u32)(result >> 32));
}

void traceInit(void) {
  tracing = true;
  uartInit(TRACE_WINDOW);
}
#else
void traceSystemCall(const u32 words[12], u64 result) {}
void traceInit(void) {}
#endif
