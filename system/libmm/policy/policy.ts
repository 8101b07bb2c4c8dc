/**
 * The placement policy: which free piece an allocation comes from. A manager has one from `mmInit` on.
 *
 *      0      4      12                                     2228
 *     +------+------+--------------------------------------+
 *     | kind | zone | state: what the policy makes of it   |
 *     +------+------+--------------------------------------+
 *
 * A policy keeps the free pieces in whatever order it likes, in the two links of each piece and in its state. It hears of
 * every piece that becomes free, changes, or is free no longer; everything else, cutting, joining, capabilities, is not
 * its business. What all must keep: memory is never "not found" while a piece that fits exists.
 *
 *     policyAdd      a free piece has come into being
 *     policyRemove   it is gone, as it was when it was entered
 *     policyChanged  it begins or ends elsewhere than before
 *     policyFind     a piece for so many pages at such an alignment
 *     policyPlace    where in the piece
 *
 * One row a policy in each; the default comes first, it is asked most.
 */

import { textEquals } from "../../libaos/arguments";
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
  /** `MmPolicy`. */
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

/** The policy of a name, `MmPolicy.COUNT` if there is none. */
export function policyNamed(name: usize): u32 {
  if (textEquals(name, "typefish")) return MmPolicy.SEGREGATED_FIT;
  if (textEquals(name, "first-fit")) return MmPolicy.FIRST_FIT;
  if (textEquals(name, "best-fit")) return MmPolicy.BEST_FIT;
  if (textEquals(name, "buddy")) return MmPolicy.BUDDY;
  if (textEquals(name, "address-tree")) return MmPolicy.ADDRESS_TREE;
  return MmPolicy.COUNT;
}

/** A policy that knows of no pieces. */
export function policyInit(policy: Policy, kind: u32): void {
  policy.kind = kind;
  zoneInit(policy.zone);
  // biome-ignore format: one row a policy
  switch (kind) {
    case MmPolicy.FIRST_FIT: listInit(policy.list); break;
    case MmPolicy.BEST_FIT: treapInit(policy.treap, true); break;
    case MmPolicy.BUDDY: buddiesInit(policy.buddies); break;
    case MmPolicy.ADDRESS_TREE: treapInit(policy.treap, false); break;
    default: binsInit(policy.bins);
  }
}

/** Enters a free piece. */
export function policyAdd(policy: Policy, node: MmNode): void {
  // biome-ignore format: one row a policy
  switch (policy.kind) {
    case MmPolicy.SEGREGATED_FIT: return binsAdd(policy.bins, node);
    case MmPolicy.FIRST_FIT: return listAdd(policy.list, node);
    case MmPolicy.BUDDY: return buddiesAdd(policy.buddies, node);
    default: return treapAdd(policy.treap, node);
  }
}

/** Takes out a piece that is as it was when it was entered. */
export function policyRemove(policy: Policy, node: MmNode): void {
  // biome-ignore format: one row a policy
  switch (policy.kind) {
    case MmPolicy.SEGREGATED_FIT: return binsRemove(policy.bins, node, node.pages);
    case MmPolicy.FIRST_FIT: return listRemove(policy.list, node);
    case MmPolicy.BUDDY: return buddiesRemove(policy.buddies, node, node.page, node.pages);
    default: return treapRemove(policy.treap, node, node.page, node.pages);
  }
}

/** Tells that an entered piece, which had `pages` pages from `page` on, has changed. */
export function policyChanged(policy: Policy, node: MmNode, page: u32, pages: u32): void {
  switch (policy.kind) {
    case MmPolicy.SEGREGATED_FIT:
      return binsResize(policy.bins, node, pages);
    case MmPolicy.FIRST_FIT:
      // It is still where it was.
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
  // biome-ignore format: one row a policy
  switch (policy.kind) {
    case MmPolicy.SEGREGATED_FIT: return binsSearch(policy.bins, policy.zone, pages, alignment, where);
    case MmPolicy.FIRST_FIT: return listSearch(policy.list, policy.zone, pages, alignment, where);
    case MmPolicy.BEST_FIT: return bestFitSearch(policy.treap, policy.zone, pages, alignment, where);
    case MmPolicy.BUDDY: return buddiesSearch(policy.buddies, policy.zone, pages, alignment, where);
    default: return addressTreeSearch(policy.treap, policy.zone, pages, alignment, where);
  }
}

/** The largest piece, or nearly: where long-lived memory begins. */
function largest(policy: Policy): MmNode | null {
  // biome-ignore format: one row a policy
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
  const node = search(policy, pages, alignment, Where.BELOW_ZONE);
  return node ? node : search(policy, pages, alignment, Where.ANYWHERE);
}

/** A piece for what lives long: a hole in the zone, or the largest piece, or what there is. */
export function policyFindHigh(policy: Policy, pages: u32, alignment: u32): MmNode | null {
  const hole = search(policy, pages, alignment, Where.IN_ZONE);
  if (hole) return hole;
  const piece = largest(policy);
  return piece && pieceFits(piece, pages, alignment) ? piece : policyFind(policy, pages, alignment);
}

/** Where in a piece, in which they fit, `pages` pages are placed. */
export function policyPlace(policy: Policy, node: MmNode, pages: u32, alignment: u32): u32 {
  return policy.kind == MmPolicy.BUDDY ? buddiesPlace(node, pages, alignment) : alignedPage(node, alignment);
}

/** Tells that `piece` was taken for what lives long, from the top of a free one. */
export function policyTookHigh(policy: Policy, piece: MmNode): void {
  let from = largest(policy);
  // The highest of buddies is where it is meant to be, however small.
  if (policy.kind == MmPolicy.BUDDY) {
    const below = piece.previous;
    if (below && below.isFree) from = below;
  }
  zoneReachDown(policy.zone, piece, from);
}

/** Does the policy know a free piece, where it belongs? */
export function policyHolds(policy: Policy, node: MmNode): bool {
  // biome-ignore format: one row a policy
  switch (policy.kind) {
    case MmPolicy.SEGREGATED_FIT: return binsHold(policy.bins, node);
    case MmPolicy.FIRST_FIT: return listHolds(policy.list, node);
    case MmPolicy.BUDDY: return buddiesHold(policy.buddies, node);
    default: return treapHolds(policy.treap, node);
  }
}

/** Pieces that the policy knows. */
export function policyCount(policy: Policy): u32 {
  // biome-ignore format: one row a policy
  switch (policy.kind) {
    case MmPolicy.SEGREGATED_FIT: return binsCount(policy.bins);
    case MmPolicy.FIRST_FIT: return listCount(policy.list);
    case MmPolicy.BUDDY: return buddiesCount(policy.buddies);
    default: return treapCount(policy.treap);
  }
}

/** Are the bitmaps of the default right? */
export function policyIsMarked(policy: Policy): bool {
  return policy.kind != MmPolicy.SEGREGATED_FIT || binsAreMarked(policy.bins);
}
