/** The views of `typefish inspect`. Each shows one part of a system as data and as text. */

import type { Damage } from "../../../observe/decode/damage";
import type { MemoryReader } from "../../../observe/decode/memory-reader";
import type { System } from "../../../observe/decode/system";
import type { Domain } from "../../../observe/decode/user/domain";
import type { Colors } from "../colors";

export interface Subject {
  system: System;
  /** The program's memory and its own record; null if it has no address space any more or never had one. */
  user: { memory: MemoryReader; domain: Domain } | null;
  /** Where views note what they cannot read. */
  damage: Damage;
}

export interface TextOptions {
  colors: Colors;
  /** Show every row, even if rows are alike. */
  all: boolean;
}

export interface View {
  name: string;
  description: string;
  json(subject: Subject): unknown;
  text(subject: Subject, options: TextOptions): string;
}
