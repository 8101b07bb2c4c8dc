/* Console output of the native layer itself, for messages that the CPU driver cannot print. */
#include "constants.h"
#include "kernel.h"
#include "uart.h"

void consoleInit(void) { uartInit(CONSOLE_WINDOW); }

void consolePutText(const char *text) {
  for (; *text != 0; text++) uartWrite(CONSOLE_WINDOW, (u8)*text);
}

void consolePutHex(u32 value) {
  for (u32 shift = 32; shift != 0;) {
    shift -= 4;
    uartWrite(CONSOLE_WINDOW, (u8) "0123456789abcdef"[value >> shift & 0xf]);
  }
}

void consoleDrain(void) { uartDrain(CONSOLE_WINDOW); }
