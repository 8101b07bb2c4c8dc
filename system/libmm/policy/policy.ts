/**
 * The placement policy, which chooses the free piece for an allocation. A manager gets one in `mmInit`.
 *
 *      0      4      12                                     2228
 *     +------+------+--------------------------------------+
 *     | kind | zone | state: what the policy makes of it   |
 *     +------+------+--------------------------------------+
 *
 * A policy keeps the free pieces in an order of its own, in the two links of each piece and in its state. It is called
 * for every piece that becomes free, changes, or stops being free. It does not cut or merge pieces and does not know
 * capabilities. Every policy must find a piece that fits if there is one.
 *
 *     policyAdd      a piece has become free
 *     policyRemove   a piece stops being free; it has not changed since it was entered
 *     policyChanged  a free piece has another start or end than before
 *     policyFind     a piece for a number of pages and an alignment
 *     policyPlace    the place in that piece
 *
 * Each function has one row for each policy. The default comes first, because it is used most.
 */

import { getenv, textEquals } from "../../libaos/arguments";
import { alignedPage, pieceFits } from "../fit";
import { BinsLayout, MmPolicy, PolicyLayout } from "../layout/mm-layout";
import { MmNode } from "../node";
import { Where, Zone, zoneInit, zoneReachDown } from "../zone";
import { addressTreeSearch } from "./address-tree";
import { bestFitSearch } from "./best-fit";
import {
  Buddies,
  buddiesAdd,
  buddiesCount,
  buddiesHighest,
  buddiesHold,
  buddiesInit,
  buddiesPlace,
  buddiesRemove,
  buddiesSearch,
} from "./buddy";
import { FreeList, listAdd, listCount, listHolds, listInit, listLargest, listRemove, listSearch } from "./first-fit";
import {
  Bins,
  binsAdd,
  binsAreMarked,
  binsCount,
  binsFirst,
  binsHold,
  binsInit,
  binsLargest,
  binsRemove,
  binsResize,
  binsSearch,
} from "./segregated-fit";
import {
  Treap,
  treapAdd,
  treapCount,
  treapHolds,
  treapInit,
  treapLast,
  treapLastOfLargest,
  treapRemove,
} from "./treap";

@unmanaged
export class Policy {
  /** An `MmPolicy`. */
  kind: u32;

  get zone(): Zone {
    return changetype<Zone>(changetype<usize>(this) + PolicyLayout.ZONE);
  }
  private get state(): usize {
    return changetype<usize>(this) + PolicyLayout.STATE;
  }
  get bins(): Bins {
    return changetype<Bins>(this.state);
  }
  get list(): FreeList {
    return changetype<FreeList>(this.state);
  }
  get treap(): Treap {
    return changetype<Treap>(this.state);
  }
  get buddies(): Buddies {
    return changetype<Buddies>(this.state);
  }
}

if (PolicyLayout.STATE + BinsLayout.SIZE != <i32>PolicyLayout.SIZE) ERROR("Policy: room for the bins");
if (offsetof<Zone>() != PolicyLayout.STATE - PolicyLayout.ZONE) ERROR("Policy: the state follows the zone");

/** The policy that the environment variable `LIBMM` names; the default if it is not set. */
export function policyOfEnvironment(): u32 {
  const name = getenv("LIBMM");
  return name != 0 ? policyNamed(name) : <u32>MmPolicy.SEGREGATED_FIT;
}

/** The policy with the given name; `MmPolicy.COUNT` if there is none. */
export function policyNamed(name: usize): u32 {
  if (textEquals(name, "typefish")) return MmPolicy.SEGREGATED_FIT;
  if (textEquals(name, "first-fit")) return MmPolicy.FIRST_FIT;
  if (textEquals(name, "best-fit")) return MmPolicy.BEST_FIT;
  if (textEquals(name, "buddy")) return MmPolicy.BUDDY;
  if (textEquals(name, "address-tree")) return MmPolicy.ADDRESS_TREE;
  return MmPolicy.COUNT;
}

/** Starts a policy without pieces. */
export function policyInit(policy: Policy, kind: u32): void {
  policy.kind = kind;
  zoneInit(policy.zone);
  // biome-ignore format: one row for each policy
  switch (kind) {
    case MmPolicy.FIRST_FIT: listInit(policy.list); break;
    case MmPolicy.BEST_FIT: treapInit(policy.treap, true); break;
    case MmPolicy.BUDDY: buddiesInit(policy.buddies); break;
    case MmPolicy.ADDRESS_TREE: treapInit(policy.treap, false); break;
    default: binsInit(policy.bins);
  }
}

/** Adds a free piece. */
export function policyAdd(policy: Policy, node: MmNode): void {
  // biome-ignore format: one row for each policy
  switch (policy.kind) {
    case MmPolicy.SEGREGATED_FIT: return binsAdd(policy.bins, node);
    case MmPolicy.FIRST_FIT: return listAdd(policy.list, node);
    case MmPolicy.BUDDY: return buddiesAdd(policy.buddies, node);
    default: return treapAdd(policy.treap, node);
  }
}

/** Removes a piece that has not changed since it was entered. */
export function policyRemove(policy: Policy, node: MmNode): void {
  // biome-ignore format: one row for each policy
  switch (policy.kind) {
    case MmPolicy.SEGREGATED_FIT: return binsRemove(policy.bins, node, node.pages);
    case MmPolicy.FIRST_FIT: return listRemove(policy.list, node);
    case MmPolicy.BUDDY: return buddiesRemove(policy.buddies, node, node.page, node.pages);
    default: return treapRemove(policy.treap, node, node.page, node.pages);
  }
}

/** Updates a piece that has changed since it was entered with `pages` pages from `page` on. */
export function policyChanged(policy: Policy, node: MmNode, page: u32, pages: u32): void {
  switch (policy.kind) {
    case MmPolicy.SEGREGATED_FIT:
      return binsResize(policy.bins, node, pages);
    case MmPolicy.FIRST_FIT:
      // The piece keeps its place in the list.
      return;
    case MmPolicy.BUDDY:
      buddiesRemove(policy.buddies, node, page, pages);
      return buddiesAdd(policy.buddies, node);
    default:
      treapRemove(policy.treap, node, page, pages);
      return treapAdd(policy.treap, node);
  }
}

function search(policy: Policy, pages: u32, alignment: u32, where: Where): MmNode | null {
  // biome-ignore format: one row for each policy
  switch (policy.kind) {
    case MmPolicy.SEGREGATED_FIT: return binsSearch(policy.bins, policy.zone, pages, alignment, where);
    case MmPolicy.FIRST_FIT: return listSearch(policy.list, policy.zone, pages, alignment, where);
    case MmPolicy.BEST_FIT: return bestFitSearch(policy.treap, policy.zone, pages, alignment, where);
    case MmPolicy.BUDDY: return buddiesSearch(policy.buddies, policy.zone, pages, alignment, where);
    default: return addressTreeSearch(policy.treap, policy.zone, pages, alignment, where);
  }
}

/** The largest piece, or nearly the largest. Long-lived memory starts there. */
function largest(policy: Policy): MmNode | null {
  // biome-ignore format: one row for each policy
  switch (policy.kind) {
    case MmPolicy.SEGREGATED_FIT: return binsLargest(policy.bins);
    case MmPolicy.FIRST_FIT: return listLargest(policy.list);
    case MmPolicy.BEST_FIT: return treapLast(policy.treap);
    case MmPolicy.BUDDY: return buddiesHighest(policy.buddies);
    default: return treapLastOfLargest(policy.treap);
  }
}

/** A free piece with room for `pages` pages at a multiple of `alignment` pages; null if there is none. */
export function policyFind(policy: Policy, pages: u32, alignment: u32): MmNode | null {
  if (policy.kind == MmPolicy.SEGREGATED_FIT) {
    const first = binsFirst(policy.bins, policy.zone, pages, alignment);
    if (first) return first;
  }
  const node = search(policy, pages, alignment, Where.BELOW_ZONE);
  return node ? node : search(policy, pages, alignment, Where.ANYWHERE);
}

/** A piece for long-lived memory: a hole in the zone, or else the largest piece, or else any piece that fits. */
export function policyFindHigh(policy: Policy, pages: u32, alignment: u32): MmNode | null {
  const hole = search(policy, pages, alignment, Where.IN_ZONE);
  if (hole) return hole;
  const piece = largest(policy);
  return piece && pieceFits(piece, pages, alignment) ? piece : policyFind(policy, pages, alignment);
}

/** The page of a piece at which `pages` pages are placed; they must fit. */
export function policyPlace(policy: Policy, node: MmNode, pages: u32, alignment: u32): u32 {
  return policy.kind == MmPolicy.BUDDY ? buddiesPlace(node, pages, alignment) : alignedPage(node, alignment);
}

/** Extends the zone after `piece` was taken for long-lived memory from the top of a free piece. */
export function policyTookHigh(policy: Policy, piece: MmNode): void {
  let from = largest(policy);
  // With buddies, the highest piece is the right place for long-lived memory, whatever its size.
  if (policy.kind == MmPolicy.BUDDY) {
    const below = piece.previous;
    if (below && below.isFree) from = below;
  }
  zoneReachDown(policy.zone, piece, from);
}

/** Does the policy hold a free piece, and in the right place? */
export function policyHolds(policy: Policy, node: MmNode): bool {
  // biome-ignore format: one row for each policy
  switch (policy.kind) {
    case MmPolicy.SEGREGATED_FIT: return binsHold(policy.bins, node);
    case MmPolicy.FIRST_FIT: return listHolds(policy.list, node);
    case MmPolicy.BUDDY: return buddiesHold(policy.buddies, node);
    default: return treapHolds(policy.treap, node);
  }
}

/** Number of pieces that the policy holds. */
export function policyCount(policy: Policy): u32 {
  // biome-ignore format: one row for each policy
  switch (policy.kind) {
    case MmPolicy.SEGREGATED_FIT: return binsCount(policy.bins);
    case MmPolicy.FIRST_FIT: return listCount(policy.list);
    case MmPolicy.BUDDY: return buddiesCount(policy.buddies);
    default: return treapCount(policy.treap);
  }
}

/** Are the bitmaps of the default policy right? */
export function policyIsMarked(policy: Policy): bool {
  return policy.kind != MmPolicy.SEGREGATED_FIT || binsAreMarked(policy.bins);
}
