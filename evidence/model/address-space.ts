/**
 * The account of an address space, naively: of each page, who claims it and what is mapped there.
 *
 * The model has no opinion on where the library maps what needs no particular address: it says whether the place was
 * free. (Specification of memory libraries, section on paging.)
 */
import { PAGE } from "./object-types";
import { type Answer, answer, demand } from "./refusal";

const END = 0x80000000;
const PAGES = END / PAGE;

/** What the pages of a range have in common. */
export interface Pages {
  /** Number of the claim that the page belongs to; 0 if it belongs to none. */
  readonly claim: number;
  /** Number of the mapping; 0 if there is none. */
  readonly mapping: number;
}

export class AddressSpaceModel {
  private readonly claims = new Uint32Array(PAGES);
  private readonly mappings = new Uint32Array(PAGES);

  /** Pages that are claimed or mapped. */
  private taken = 0;

  /** Below `start` nothing can be mapped. */
  constructor(private readonly start: number) {}

  private at(page: number): Pages {
    return { claim: this.claims[page]!, mapping: this.mappings[page]! };
  }

  /** Are the pages alike, all of them? */
  isUniform(base: number, bytes: number, { claim, mapping }: Pages): boolean {
    const { claims, mappings } = this;
    const end = (base + bytes) / PAGE;
    let page = base / PAGE;
    while (page < end && claims[page] === claim && mappings[page] === mapping) page++;
    return page >= end;
  }

  pagesAt(base: number): Pages {
    return this.at(base / PAGE);
  }

  isFree(base: number, bytes: number): boolean {
    return base >= this.start && base + bytes <= END && this.isUniform(base, bytes, { claim: 0, mapping: 0 });
  }

  /** Is there a row of so many free bytes? */
  hasRoom(bytes: number): boolean {
    const { claims, mappings } = this;
    let run = 0;
    for (let page = this.start / PAGE; page < PAGES && run < bytes; page++) {
      run = claims[page] === 0 && mappings[page] === 0 ? run + PAGE : 0;
    }
    return run >= bytes;
  }

  /** A range at a certain address: it must be free, or all of it within one claim and not mapped. */
  mapAt(base: number, bytes: number, mapping: number): Answer {
    return answer(() => {
      const inside = base >= this.start && base + bytes <= END;
      const alike = inside && this.isUniform(base, bytes, { ...this.pagesAt(base), mapping: 0 });
      demand(alike, "LIB_ERR_VREGION_MAP_FIXED", "LIB_ERR_PMAP_ADDR_NOT_FREE");
      this.map(base, bytes, mapping);
    });
  }

  /** Notes a mapping where the library put it. */
  map(base: number, bytes: number, mapping: number): void {
    for (let page = base / PAGE; page < (base + bytes) / PAGE; page++) this.set(page, { ...this.at(page), mapping });
  }

  /** Notes a claim; pages that belong to one already stay with it. */
  claim(base: number, bytes: number, number: number): void {
    for (let page = base / PAGE; page < (base + bytes) / PAGE; page++) {
      const { claim, mapping } = this.at(page);
      this.set(page, { claim: claim || number, mapping });
    }
  }

  /** How many bytes are claimed or mapped. */
  get takenBytes(): number {
    return this.taken * PAGE;
  }

  private set(page: number, { claim, mapping }: Pages): void {
    const { claims, mappings } = this;
    this.taken += Number((claim | mapping) !== 0) - Number((claims[page]! | mappings[page]!) !== 0);
    claims[page] = claim;
    mappings[page] = mapping;
  }

  /** Undoes the mapping that begins there, or else gives up what begins there of a claim. */
  unmap(base: number): Answer {
    return answer(() => {
      const inside = base % PAGE === 0 && base >= this.start && base < END;
      const own = inside ? this.pagesAt(base) : { claim: 0, mapping: 0 };
      demand(own.claim !== 0 || own.mapping !== 0, "LIB_ERR_PMAP_NOT_MAPPED");
      const isOwn = (page: number): boolean => {
        const { claim, mapping } = this.at(page);
        return mapping === own.mapping && (mapping !== 0 || claim === own.claim);
      };
      demand(!isOwn(base / PAGE - 1), "LIB_ERR_PMAP_NOT_MAPPED");
      for (let page = base / PAGE; page < PAGES && isOwn(page); page++) {
        this.set(page, own.mapping !== 0 ? { ...this.at(page), mapping: 0 } : { claim: 0, mapping: 0 });
      }
    });
  }
}
