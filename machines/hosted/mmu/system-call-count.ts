/** Part of mmu.wasm: counts the system calls and lets the host stop after so many, or look at its clock. */
import { systemCallLimit } from "./host";
import { Counter } from "./layout";

/** The CPU driver calls this before it looks at a system call. Does not return if the run shall end here. */
export function enterSystemCall(): void {
  const count = load<u64>(Counter.SYSCALL_COUNT);
  if (count >= load<u64>(Counter.SYSCALL_STOP)) systemCallLimit();
  store<u64>(Counter.SYSCALL_COUNT, count + 1);
}

export function systemCallCount(): u32 {
  return u32(load<u64>(Counter.SYSCALL_COUNT));
}
