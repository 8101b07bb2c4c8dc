/** Prints the manager's regions and pieces as text for people. */
import { str } from "../kpi/format";
import { capAddr } from "../libaos/capref";
import { printf } from "../libaos/print";
import { Mm } from "./manager";
import { MmNode } from "./node";

/** Prints every region and every piece. The original calls it `mm_dump_mmnodes`. */
export function mmDumpMmnodes(mm: Mm): void {
  printf(
    "mm: %u free and %u allocated pieces, %u of %u pages free\n",
    mm.freeNodes,
    mm.allocatedNodes,
    mm.freePages,
    mm.totalPages,
  );
  let region = mm.regions;
  while (region) {
    printf(
      "  region at 0x%08lx, %lu bytes, capability 0x%x\n",
      u64(region.page) << 12,
      u64(region.pages) << 12,
      capAddr(region.cap),
    );
    let node: MmNode | null = region.first;
    while (node) {
      printf("    0x%08lx %12lu bytes %s\n", node.base, node.bytes, str(node.isFree ? "free" : "allocated"));
      node = node.next;
    }
    region = region.next;
  }
}
