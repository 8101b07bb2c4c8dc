/** The program's arguments and environment: zero-terminated strings in a frame that the CPU driver sets up. */
import { SpawnArgs } from "../kpi/init-space";
import { domain } from "./domain";

export function argc(): u32 {
  return load<u32>(domain.arguments + SpawnArgs.ARGC);
}

/** Address of argument `index`; 0 if there are fewer. */
export function argv(index: u32): usize {
  return index < argc() ? usize(load<u32>(domain.arguments + SpawnArgs.ARGV + (index << 2))) : 0;
}

/** The unsigned decimal number at the start of a string; 0 if there is none. */
export function parseDecimal(text: usize): u32 {
  let value: u32 = 0;
  for (let c: u32 = load<u8>(text); c >= 0x30 && c <= 0x39; c = load<u8>(++text)) value = value * 10 + (c - 0x30);
  return value;
}

/** Is the zero-terminated string at `text` equal to a literal? */
export function textEquals(text: usize, literal: string): bool {
  for (let i = 0; i < literal.length; i++) {
    if (load<u8>(text + i) != literal.charCodeAt(i)) return false;
  }
  return load<u8>(text + literal.length) == 0;
}

/** Address of the value of an environment variable; 0 if the variable is not set. */
export function getenv(name: string): usize {
  let pointer = domain.arguments + SpawnArgs.ENVP;
  for (let entry: usize = load<u32>(pointer); entry != 0; entry = load<u32>(pointer)) {
    let same = 0;
    while (same < name.length && load<u8>(entry + same) == name.charCodeAt(same)) same++;
    if (same == name.length && load<u8>(entry + same) == 0x3d) return entry + same + 1;
    pointer += 4;
  }
  return 0;
}
