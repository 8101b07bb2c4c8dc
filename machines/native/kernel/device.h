/* Access to device registers. */
#ifndef NATIVE_DEVICE_H
#define NATIVE_DEVICE_H

#include "types.h"

static inline void deviceWrite(u32 address, u32 value) { *(volatile u32 *)address = value; }
static inline u32 deviceRead(u32 address) { return *(volatile u32 *)address; }

#endif
