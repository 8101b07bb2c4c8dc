/**
 * The zone of long-lived memory. Long-lived memory is placed from the top of the largest piece downwards, so that it
 * does not split the rest. The zone is the part of that region from `page` on. Other allocations use holes in the zone
 * only when nothing else is left. So the memory below becomes one piece again when all clients have freed theirs.
 */
import { MmNode, MmRegion } from "./node";

@unmanaged
export class Zone {
  /** The region that has the zone; null if there is none yet. */
  region: MmRegion | null;
  /** The first page of the zone. */
  page: u32;
}

/** The pieces that a search may take. */
export const enum Where {
  BELOW_ZONE,
  IN_ZONE,
  ANYWHERE,
}

export function zoneInit(zone: Zone): void {
  zone.region = null;
  // No piece starts there.
  zone.page = U32.MAX_VALUE;
}

export function isInZone(zone: Zone, node: MmNode): bool {
  return node.page >= zone.page && node.region === zone.region;
}

export function isWanted(zone: Zone, node: MmNode, where: Where): bool {
  return where == Where.ANYWHERE || isInZone(zone, node) == (where == Where.IN_ZONE);
}

/** Extends the zone down to `piece`, which was cut from the top of `largest` for long-lived memory. */
export function zoneReachDown(zone: Zone, piece: MmNode, largest: MmNode | null): void {
  const below = piece.previous;
  // A piece that was taken only because no better one was left does not extend the zone.
  if (isInZone(zone, piece) || !below || below !== largest) return;
  zone.region = piece.region;
  zone.page = piece.page;
}
