/**
 * What a client asks of the libraries, as data. Things are named by the number that the operation which made them gave
 * them, so that an operation means the same in a shortened sequence, or nothing where its thing was never made.
 */

/** Numbers of regions, pieces, slots, frames and address ranges; none is used twice. */
export type Id = number;

export type Operation =
  /** Gives the client's memory manager a range of RAM, from `offset` on: mostly all of it, or less, or more than there is. */
  | { readonly op: "add"; readonly id: Id; readonly ram: number; readonly offset: number; readonly bytes: number }
  /**
   * The same with a part of a range of RAM; of the page behind the part, or of the first page, somebody else makes a frame.
   */
  | { readonly op: "add part"; readonly id: Id; readonly ram: number; readonly offset: number; readonly bytes: number }
  /** Gives it another part of the same range: all of what lies between the frame and the end. */
  | { readonly op: "add rest"; readonly id: Id; readonly part: Id }
  /** Tries to give it a part of what it has. */
  | { readonly op: "add again"; readonly region: Id; readonly offset: number; readonly bytes: number }
  | {
      readonly op: "alloc";
      readonly id: Id;
      readonly bytes: number;
      readonly alignment: number;
      readonly end: "low" | "high";
    }
  /** Gives back a piece, at an address that is off by `shift`. */
  | { readonly op: "free"; readonly piece: Id; readonly shift: number; readonly bytes: number }
  /** Moves the piece's capability into another CSpace and gives the piece back with that. */
  | { readonly op: "free foreign"; readonly piece: Id }
  /** Makes a Frame of a piece, and keeps the RAM capability or not. */
  | { readonly op: "retype"; readonly piece: Id; readonly keep: boolean }
  | { readonly op: "slot"; readonly id: Id }
  /** Frees a slot, and then once more. */
  | { readonly op: "free slot"; readonly slot: Id }
  /**
   * Takes pages of the domain's memory manager and gives them back through another CSpace, while so many slots are in use
   * that, beside full CNodes of slots, `rest` are: the libraries then need memory in the middle of it.
   */
  | { readonly op: "return foreign"; readonly count: number; readonly end: "low" | "high"; readonly rest: number }
  /** Makes an allocator over a CNode of the own CSpace. */
  | { readonly op: "allocator"; readonly id: Id }
  /** The same over a CNode of another CSpace, in slot `rootSlot` of that one's root. */
  | { readonly op: "foreign allocator"; readonly id: Id; readonly rootSlot: number }
  /** Tries to make a second allocator over the CNode of one. */
  | { readonly op: "second allocator"; readonly allocator: Id }
  | { readonly op: "allocator slot"; readonly id: Id; readonly allocator: Id }
  /** Frees a slot of an allocator by `slot_free`, which knows the own CSpace, or by the allocator. */
  | { readonly op: "free allocator slot"; readonly slot: Id; readonly by: "slot_free" | "allocator" }
  | { readonly op: "destroy allocator"; readonly allocator: Id }
  /** Tries to undo a mapping through a capability of another CSpace that has the address of the own mapping. */
  | { readonly op: "unmap foreign" }
  /** Tries to free a slot of the root CNode that the CPU driver filled. */
  | { readonly op: "free root slot"; readonly slot: number }
  | { readonly op: "row"; readonly id: Id; readonly count: number }
  /** Frees the first `count` slots of a row: all of them, or else too many. */
  | { readonly op: "free row"; readonly row: Id; readonly count: number }
  | { readonly op: "cnode" }
  | { readonly op: "frame"; readonly id: Id; readonly bytes: number }
  | { readonly op: "free frame"; readonly frame: Id }
  | { readonly op: "reserve"; readonly id: Id; readonly bytes: number }
  /** Maps the beginning of a frame: at an address if one is given, counted from the beginning of a range if that is named. */
  | {
      readonly op: "map";
      readonly id: Id;
      readonly frame: Id;
      readonly bytes: number;
      readonly flags: number;
      readonly address?: number;
      readonly range?: Id;
    }
  /** Undoes what begins so many pages behind the beginning of a range. */
  | { readonly op: "unmap"; readonly range: Id; readonly pages: number }
  /** Writes a word into a page of a mapping. */
  | { readonly op: "store"; readonly range: Id; readonly page: number; readonly value: number };

export type Kind = Operation["op"];

/** How often each kind comes. */
export const KINDS: readonly (readonly [weight: number, kind: Kind])[] = [
  [2, "add"],
  [1, "add part"],
  [1, "add rest"],
  [1, "add again"],
  [20, "alloc"],
  [14, "free"],
  [3, "free foreign"],
  [3, "retype"],
  [8, "slot"],
  [6, "free slot"],
  [1, "return foreign"],
  [1, "allocator"],
  [2, "foreign allocator"],
  [1, "second allocator"],
  [8, "allocator slot"],
  [6, "free allocator slot"],
  [2, "destroy allocator"],
  [1, "unmap foreign"],
  [1, "free root slot"],
  [4, "row"],
  [3, "free row"],
  [1, "cnode"],
  [5, "frame"],
  [2, "free frame"],
  [4, "reserve"],
  [12, "map"],
  [10, "unmap"],
  [6, "store"],
];
