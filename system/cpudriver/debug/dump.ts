/** Prints a dispatcher's page tables and capabilities, for DumpPTables and DumpCapabilities. */

import { str } from "../../kpi/format";
import { typeName } from "../../kpi/object-types";
import { ARM_L1_USER_ENTRIES, ARM_L2_ENTRIES } from "../../kpi/types";
import { cnodeSlot, cnodeSlots } from "../cap/cnode";
import { Cte } from "../cap/cte";
import { dcbOf } from "../dispatch/dcb";
import { descriptorIsValid, l1IsSection, l1TableBase } from "../paging/descriptors";
import { readEntry } from "../paging/page-table";
import { LOG_NOTE, printk } from "./log";

/** Prints every valid entry of the dispatcher's page tables. */
export function dumpPageTables(dispatcher: Cte): void {
  const vspace = dcbOf(dispatcher).vspace;
  if (vspace.isEmpty) return;
  for (let i: u32 = 0; i < ARM_L1_USER_ENTRIES; i++) {
    const first = readEntry(u32(vspace.base), i);
    if (!descriptorIsValid(first)) continue;
    printk(LOG_NOTE, "%08x: %08x\n", i << 20, first);
    if (l1IsSection(first)) continue;
    for (let j: u32 = 0; j < ARM_L2_ENTRIES; j++) {
      const second = readEntry(l1TableBase(first), j);
      if (descriptorIsValid(second)) printk(LOG_NOTE, "  %08x: %08x\n", (i << 20) | (j << 12), second);
    }
  }
}

function dumpSlot(cte: Cte, address: u32): void {
  printk(LOG_NOTE, "%08x: %s base %lx bytes %lx\n", address, str(typeName(cte.type)), cte.base, cte.bytes);
}

/** Prints every capability in the L2CNodes of the dispatcher's CSpace. */
export function dumpCapabilities(dispatcher: Cte): void {
  const root = dcbOf(dispatcher).cspace;
  for (let i: u32 = 0; i < cnodeSlots(root); i++) {
    const cnode = cnodeSlot(root, i);
    if (cnode.isEmpty) continue;
    for (let j: u32 = 0; j < cnodeSlots(cnode); j++) {
      const cte = cnodeSlot(cnode, j);
      if (!cte.isEmpty) dumpSlot(cte, (i << 8) | j);
    }
  }
}
