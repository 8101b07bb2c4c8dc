/** The program's memory manager and allocators at one moment. */
import { type BinColumns, readBins } from "../../../observe/columns/bins";
import { type Gauge, readGauges } from "../../../observe/columns/gauges";
import { type Fragmentation, fragmentationOf, type PieceColumns } from "../../../observe/columns/pieces";
import type { VirtualMemory } from "../../../observe/columns/virtual-memory";
import { Damage, readable } from "../../../observe/decode/damage";
import { decodeDomain } from "../../../observe/decode/user/domain";

export interface ManagerView {
  /** Null if the program has no memory manager that can be read. */
  pieces: PieceColumns | null;
  fragmentation: Fragmentation | null;
  bins: BinColumns | null;
  gauges: Gauge[];
  damage: readonly string[];
}

interface Program {
  /** The program's memory as it sees it. */
  user: VirtualMemory;
  domainState: number | null;
  pieces: PieceColumns | null;
}

export function readManager({ user, domainState: at, pieces }: Program): ManagerView {
  const damage = new Damage();
  const domain = at === null ? null : readable(damage, "domain", at, () => decodeDomain(user, at, damage));
  return {
    pieces,
    fragmentation: pieces && fragmentationOf(pieces),
    bins: pieces && domain && readBins(user, domain.mm, pieces),
    gauges: domain ? readGauges(user, domain, damage) : [],
    damage: [...damage.notes, ...(pieces?.damage ?? [])],
  };
}
