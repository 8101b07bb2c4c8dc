/**
 * Where long-lived memory is: placed from the top of the largest piece downwards, so that it does not stand in the way.
 * The part of that region from `page` on is its zone. Holes in the zone are left to what belongs there, until nothing
 * else is left, so that the memory below becomes one piece again when all clients have given theirs back.
 */
import { MmNode, MmRegion } from "./node";

@unmanaged
export class Zone {
  /** Null if there is none yet. */
  region: MmRegion | null;
  /** The first page. */
  page: u32;
}

/** Which pieces a search takes. */
export const enum Where {
  BELOW_ZONE,
  IN_ZONE,
  ANYWHERE,
}

export function zoneInit(zone: Zone): void {
  zone.region = null;
  // No piece begins there.
  zone.page = U32.MAX_VALUE;
}

export function isInZone(zone: Zone, node: MmNode): bool {
  return node.page >= zone.page && node.region === zone.region;
}

export function isWanted(zone: Zone, node: MmNode, where: Where): bool {
  return where == Where.ANYWHERE || isInZone(zone, node) == (where == Where.IN_ZONE);
}

/** Tells that `piece`, cut from the top of `largest`, belongs to what lives long: the zone reaches down to it. */
export function zoneReachDown(zone: Zone, piece: MmNode, largest: MmNode | null): void {
  const below = piece.previous;
  // A piece that was taken because nothing better was left makes no zone.
  if (isInZone(zone, piece) || !below || below !== largest) return;
  zone.region = piece.region;
  zone.page = piece.page;
}
