/* What a board's serial port does; `uart-<name>.c` for each kind there is. */
#ifndef NATIVE_UART_H
#define NATIVE_UART_H

#include "types.h"

/* `uart` is the virtual address of the registers. */
void uartInit(u32 uart);
void uartWrite(u32 uart, u8 character);
/* Many characters, as fast as the port takes them. */
void uartWriteBytes(u32 uart, const u8 *characters, u32 count);
/* -1: nothing there. */
s32 uartRead(u32 uart);
/* Waits until everything has been sent. */
void uartDrain(u32 uart);

#endif
