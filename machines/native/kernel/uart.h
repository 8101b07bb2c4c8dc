/* The interface of a board's serial port. Each `uart-<name>.c` implements it for one kind of port. */
#ifndef NATIVE_UART_H
#define NATIVE_UART_H

#include "types.h"

/* In all functions, `uart` is the virtual address of the port's registers. */
void uartInit(u32 uart);
void uartWrite(u32 uart, u8 character);
/* Writes `count` characters as fast as the port takes them. */
void uartWriteBytes(u32 uart, const u8 *characters, u32 count);
/* The next character, or -1 if there is none. */
s32 uartRead(u32 uart);
/* Waits until everything has been sent. */
void uartDrain(u32 uart);

#endif
