/*
 * The interrupt controller and the timers of a Cortex-A9 MPCore. The private timer ticks once in a time slice.
 * (Cortex-A9 MPCore Technical Reference Manual, chapters 3 and 4.)
 *
 * Only one program runs, so a tick has nothing to switch or wake up. It is only counted.
 */
#include "constants.h"
#include "device.h"
#include "kernel.h"

enum {
  CPU_INTERFACE = PRIVATE_REGION_WINDOW + 0x100,
  ICCICR = CPU_INTERFACE + 0x00,
  ICCPMR = CPU_INTERFACE + 0x04,
  ICCIAR = CPU_INTERFACE + 0x0c,
  ICCEOIR = CPU_INTERFACE + 0x10,

  GLOBAL_TIMER = PRIVATE_REGION_WINDOW + 0x200,
  GLOBAL_TIMER_LOW = GLOBAL_TIMER + 0x00,
  GLOBAL_TIMER_HIGH = GLOBAL_TIMER + 0x04,
  GLOBAL_TIMER_CONTROL = GLOBAL_TIMER + 0x08,

  TIMER = PRIVATE_REGION_WINDOW + 0x600,
  TIMER_LOAD = TIMER + 0x00,
  TIMER_CONTROL = TIMER + 0x08,
  TIMER_STATUS = TIMER + 0x0c,

  DISTRIBUTOR = PRIVATE_REGION_WINDOW + 0x1000,
  ICDDCR = DISTRIBUTOR + 0x000,
  ICDISER0 = DISTRIBUTOR + 0x100,
  ICDIPR = DISTRIBUTOR + 0x400,

  TIMER_INTERRUPT = 29,
  INTERRUPT_MASK = 0x3ff,
  LOWEST_PRIORITY = 0xff,
  TIMER_PRIORITY = 0x80,

  CONTROL_ENABLE = 1 << 0,
  CONTROL_AUTO_RELOAD = 1 << 1,
  CONTROL_INTERRUPT = 1 << 2,
};

/* Number of ticks, for readers of memory. */
u32 timerTicks;

static void timerStart(u32 milliseconds) {
  deviceWrite(TIMER_CONTROL, 0);
  deviceWrite(TIMER_LOAD, milliseconds * TIMER_KHZ - 1);
  deviceWrite(TIMER_STATUS, 1);
  deviceWrite(TIMER_CONTROL, CONTROL_ENABLE | CONTROL_AUTO_RELOAD | CONTROL_INTERRUPT);
}

void interruptsEnable(u32 milliseconds) {
  deviceWrite(ICDDCR, 0);
  volatile u8 *priorities = (volatile u8 *)ICDIPR;
  priorities[TIMER_INTERRUPT] = TIMER_PRIORITY;
  deviceWrite(ICDISER0, 1u << TIMER_INTERRUPT);
  deviceWrite(ICCPMR, LOWEST_PRIORITY);
  deviceWrite(ICCICR, 1);
  deviceWrite(ICDDCR, 1);
  timerStart(milliseconds);
}

void handleInterrupt(void) {
  u32 acknowledged = deviceRead(ICCIAR);
  if ((acknowledged & INTERRUPT_MASK) == TIMER_INTERRUPT) {
    deviceWrite(TIMER_STATUS, 1);
    timerTicks++;
  }
  deviceWrite(ICCEOIR, acknowledged);
}

void globalTimerStart(void) {
  deviceWrite(GLOBAL_TIMER_CONTROL, 0);
  deviceWrite(GLOBAL_TIMER_LOW, 0);
  deviceWrite(GLOBAL_TIMER_HIGH, 0);
  deviceWrite(GLOBAL_TIMER_CONTROL, CONTROL_ENABLE);
}

u64 globalTimer(void) {
  for (;;) {
    u32 high = deviceRead(GLOBAL_TIMER_HIGH);
    u32 low = deviceRead(GLOBAL_TIMER_LOW);
    if (deviceRead(GLOBAL_TIMER_HIGH) == high) return (u64)high << 32 | low;
  }
}
