/* Called by the start code. Starts the CPU driver, then the first program. */
#include "constants.h"
#include "cp15.h"
#include "kernel.h"

extern bool holdAtEnd;

/* Is `option` a word of the command line? */
static bool hasOption(const char *line, const char *option) {
  while (*line != 0) {
    const char *wanted = option;
    while (*wanted != 0 && *line == *wanted) line++, wanted++;
    if (*wanted == 0 && (*line == ' ' || *line == 0)) return true;
    while (*line != ' ' && *line != 0) line++;
    while (*line == ' ') line++;
  }
  return false;
}

/* `multiboot` is the physical address of the multiboot block after the image; system/kpi/multiboot.ts draws it. */
__attribute__((noreturn)) void kernelMain(u32 multiboot) {
  if (HAS_CYCLE_COUNTER) cycleCounterStart();
  else globalTimerStart();
  consoleInit();
  kernel_boot(multiboot);
  /* The CPU driver has checked the block by now. */
  const u32 *block = (const u32 *)(multiboot - DRAM_BASE + KERNEL_WINDOW);
  const char *commandLine = (const char *)(block[MULTIBOOT_COMMAND_LINE / 4] - DRAM_BASE + KERNEL_WINDOW);
  if (hasOption(commandLine, "trace=1")) traceInit();
  holdAtEnd = hasOption(commandLine, "hold=1");
  runCurrentProgram();
}
