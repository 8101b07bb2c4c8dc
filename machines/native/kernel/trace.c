/*
 * Records every system call on the second serial port if the CPU driver's command line has `trace=1`. A record consists
 * of the words of the call (as many as word 0 says, system/kpi/system-calls.ts), the error and the value, all
 * little-endian. Calls that do not return leave no record.
 */
#include "constants.h"
#include "kernel.h"
#include "uart.h"

#ifdef TRACE_WINDOW
enum { WORDS_MAX = sizeof(systemCallWords) / sizeof(u32) };

static u32 countedWords(u32 word0) {
  u32 count = word0 >> 4 & 0xf;
  return count == 0 ? 1 : count > WORDS_MAX ? WORDS_MAX : count;
}

u64 tracedSystemCall(void) {
  u64 result = kernel_systemCall();
  u32 count = countedWords(systemCallWords[0]);
  u32 words[WORDS_MAX + 2];
  for (u32 i = 0; i < count; i++) words[i] = systemCallWords[i];
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
