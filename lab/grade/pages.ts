/** The grader's own record of which pages of the regions are handed out. */

export interface Span {
  base: number;
  bytes: number;
}

export interface Region extends Span {
  /** The capability that was passed to mmAdd; null for the memory of init's manager. */
  cap: bigint | null;
  /** Number of the system call that made the capability; 0 if the CPU driver made it. */
  call: number;
}

export interface Piece extends Span {
  cap: bigint;
  /** The size that was requested. */
  asked: number;
  /** What the learner's side knows it by: "the 3rd piece". */
  name: string;
  /** Number of the system call that made the capability. */
  call: number;
}

const end = ({ base, bytes }: Span) => base + bytes;
export const overlap = (a: Span, b: Span): boolean => a.base < end(b) && b.base < end(a);
export const contains = (outer: Span, inner: Span): boolean => outer.base <= inner.base && end(inner) <= end(outer);

/** Regions and the pieces in them. */
export class Pages {
  readonly regions: Region[] = [];
  readonly live: Piece[] = [];

  /** A piece in use that shares a byte with `span`. */
  holder(span: Span): Piece | undefined {
    return this.live.find((piece) => overlap(piece, span));
  }

  freeBytes(): number {
    const all = this.regions.reduce((sum, { bytes }) => sum + bytes, 0);
    return all - this.live.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Is a block of `bytes` bytes free that starts at a multiple of `bytes`? Every design of a manager finds such a block. */
  hasBlock(bytes: number): boolean {
    return this.regions.some((region) => {
      for (let base = Math.ceil(region.base / bytes) * bytes; base + bytes <= end(region); base += bytes) {
        if (!this.holder({ base, bytes })) return true;
      }
      return false;
    });
  }
}
