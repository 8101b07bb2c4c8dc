/*
 * The OMAP's UART, a 16550 with registers four bytes apart. Rate and format stay as the boot loader set them. It always
 * sets them, because its own console is on this port.
 */
#include "device.h"
#include "uart.h"

enum {
  RHR_THR = 0x00,
  IER = 0x04,
  LSR = 0x14,

  LSR_DATA_READY = 1 << 0,
  LSR_THR_EMPTY = 1 << 5,
  LSR_ALL_SENT = 1 << 6,
};

void uartInit(u32 uart) { deviceWrite(uart + IER, 0); }

void uartWrite(u32 uart, u8 character) {
  while (!(deviceRead(uart + LSR) & LSR_THR_EMPTY)) {
  }
  deviceWrite(uart + RHR_THR, character);
}

void uartWriteBytes(u32 uart, const u8 *characters, u32 count) {
  for (u32 i = 0; i < count; i++) uartWrite(uart, characters[i]);
}

s32 uartRead(u32 uart) {
  if (!(deviceRead(uart + LSR) & LSR_DATA_READY)) return -1;
  return (s32)(deviceRead(uart + RHR_THR) & 0xff);
}

void uartDrain(u32 uart) {
  while (!(deviceRead(uart + LSR) & LSR_ALL_SENT)) {
  }
}
