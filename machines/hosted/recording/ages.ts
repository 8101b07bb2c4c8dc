/** For each page of DRAM, the call that last changed it. */
import { LINE_BITS } from "./recorder/layout";
import type { Timeline } from "./timeline";

const PAGE_BITS = 12;
/** Bytes of all copies of the table. A search backwards starts at a copy, so more of them make it faster. */
const COPIES_BYTES = 16 << 20;

interface Copy {
  epoch: number;
  pages: Uint32Array;
}

export class PageAges {
  private readonly copies: Copy[];
  private readonly present: Copy;
  /** Words of the log, and epochs, between two copies at most. */
  private readonly wordsApart: number;
  private readonly epochsApart: number;

  constructor(
    private readonly timeline: Timeline,
    pageCount: number,
  ) {
    const { log } = timeline;
    const copies = COPIES_BYTES / (4 * pageCount);
    this.wordsApart = (2 * log.bytes) / 4 / copies;
    this.epochsApart = (2 * (log.epochs - log.firstEpoch)) / copies;
    this.present = { epoch: timeline.log.firstEpoch, pages: new Uint32Array(pageCount) };
    this.copies = [{ epoch: this.present.epoch, pages: this.present.pages.slice() }];
  }

  /** The table after a number of epochs. It is valid until the next call. */
  at(epoch: number): Uint32Array {
    const { present, copies } = this;
    const isNear = ({ epoch: from }: Copy) => from <= epoch;
    const nearest = copies.findLast(isNear) as Copy;
    if (present.epoch > epoch || present.epoch < nearest.epoch) {
      present.pages.set(nearest.pages);
      present.epoch = nearest.epoch;
    }
    for (const { call, from, to } of this.timeline.spans(present.epoch, epoch)) {
      for (let e = from; e < to; e++) this.enter(e, call);
    }
    return present.pages;
  }

  private enter(epoch: number, call: number): void {
    const { present, copies } = this;
    const { log } = this.timeline;
    const { pages } = present;
    log.someLine(epoch, (line) => {
      const page = line >>> (PAGE_BITS - LINE_BITS);
      if (page < pages.length) pages[page] = call;
      return false;
    });
    present.epoch = epoch + 1;
    const last = copies.at(-1) as Copy;
    const words = log.wordsBefore(epoch + 1) - log.wordsBefore(last.epoch);
    const epochs = epoch + 1 - last.epoch;
    if (epochs > 0 && (words > this.wordsApart || epochs > this.epochsApart)) {
      copies.push({ epoch: epoch + 1, pages: pages.slice() });
    }
  }
}
