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
  LCR_H_FIFO = 1 << 4,
  LCR_H_8_BITS = 3 << 5,
  CR_ENABLE = 1 << 0,
  CR_TRANSMIT = 1 << 8,
  CR_RECEIVE = 1 << 9,
};

/* The rate is left as it is: the boot loader's, or none where nothing is sent over a wire. */
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

s32 uartRead(u32 uart) {
  if (deviceRead(uart + FR) & FR_RXFE) return -1;
  return (s32)(deviceRead(uart + DR) & 0xff);
}

void uartDrain(u32 uart) {
  while (deviceRead(uart + FR) & FR_BUSY) {
  }
}
