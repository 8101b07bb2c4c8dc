/**
 * What happened in a trial so far, by the numbers of the program's system calls. It answers the questions of a failure:
 * which call made this capability, who handed out this page before?
 */
import type { Focus, StepBack } from "./failure";
import { overlap, type Piece, type Span } from "./pages";

/** Something that a call did with memory. */
interface Event {
  span: Span;
  call: number;
}

const PAGE = 4096;

export const pageFocus = (address: number): Focus => ({ kind: "page", base: address - (address % PAGE) });
export const addressFocus = (va: number): Focus => ({ kind: "address", va: va >>> 0 });
export const slotFocus = (at: number | null): Focus | null => (at === null ? null : { kind: "slot", at });

export class History {
  private readonly handedOut: Event[] = [];
  private readonly freed: Event[] = [];
  /** Virtual addresses that were mapped. */
  private readonly mapped: Event[] = [];

  addPiece({ base, bytes, call }: Piece): void {
    this.handedOut.push({ span: { base, bytes }, call });
  }

  addFree({ base, bytes }: Span, call: number): void {
    this.freed.push({ span: { base, bytes }, call });
  }

  addMapping(va: number, bytes: number, call: number): void {
    this.mapped.push({ span: { base: va, bytes }, call });
  }

  /** The memory that was freed last. */
  get lastFreed(): Span | null {
    return this.freed.at(-1)?.span ?? null;
  }

  /** Who handed a page out the first time, and who freed it last? */
  ofPage(page: number): StepBack[] {
    const span = { base: page, bytes: 1 };
    const focus = pageFocus(page);
    const first = this.handedOut.find((event) => overlap(event.span, span));
    const last = this.freed.findLast((event) => overlap(event.span, span));
    return [
      ...(first ? [{ question: "Who handed out this page the first time?", call: first.call, focus }] : []),
      ...(last ? [{ question: "Who freed this page last?", call: last.call, focus }] : []),
    ];
  }

  /** Which call freed memory last? */
  ofLastFree(): StepBack[] {
    const last = this.freed.at(-1);
    if (!last) return [];
    return [{ question: "Which call freed memory last?", call: last.call, focus: pageFocus(last.span.base) }];
  }

  /** Which call mapped a virtual address before? */
  ofAddress(va: number): StepBack[] {
    const event = this.mapped.find(({ span }) => overlap(span, { base: va, bytes: 1 }));
    if (!event) return [];
    return [{ question: "Which call mapped this address before?", call: event.call, focus: addressFocus(va) }];
  }
}
