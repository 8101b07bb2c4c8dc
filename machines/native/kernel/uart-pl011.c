/* ARM PrimeCell UART, PL011. */
#include "device.h"
#include "uart.h"

enum {
  DR = 0x00,
  FR = 0x18,
  LCR_H = 0x2c,
  CR = 0x30,

  FR_BUSY = 1 << 3,
  FR_RXFE = 1 << 4,
  FR_TXFF = 1 << 5,
  FR_TXFE = 1 << 7,
  FIFO_BYTES = 16,
  LCR_H_FIFO = 1 << 4,
  LCR_H_8_BITS = 3 << 5,
  CR_ENABLE = 1 << 0,
  CR_TRANSMIT = 1 << 8,
  CR_RECEIVE = 1 << 9,
};

/* The rate stays as it is. A boot loader has set it, or the port is emulated and needs none. */
void uartInit(u32 uart) {
  deviceWrite(uart + CR, 0);
  deviceWrite(uart + LCR_H, LCR_H_8_BITS | LCR_H_FIFO);
  deviceWrite(uart + CR, CR_ENABLE | CR_TRANSMIT | CR_RECEIVE);
}

void uartWrite(u32 uart, u8 character) {
  while (deviceRead(uart + FR) & FR_TXFF) {
  }
  deviceWrite(uart + DR, character);
}

/* Waits until the FIFO is empty, then fills it. */
void uartWriteBytes(u32 uart, const u8 *characters, u32 count) {
  for (u32 i = 0; i < count; i++) {
    while (i % FIFO_BYTES == 0 && !(deviceRead(uart + FR) & FR_TXFE)) {
    }
    deviceWrite(uart + DR, characters[i]);
  }
}

s32 uartRead(u32 uart) {
  if (deviceRead(uart + FR) & FR_RXFE) return -1;
  return (s32)(deviceRead(uart + DR) & 0xff);
}

void uartDrain(u32 uart) {
  while (deviceRead(uart + FR) & FR_BUSY) {
  }
}
