/**
 * A simple model of an address space. It records for each page which claim it belongs to and what is mapped there.
 *
 * The library chooses the address of a mapping if the caller does not. The model accepts any choice and only checks
 * that the place was free. (Specification of memory libraries, section on paging.)
 */
import { PAGE } from "./object-types";
import { type Answer, answer, demand } from "./refusal";

const END = 0x80000000;
const PAGES = END / PAGE;

/** The state that the pages of a range share. */
export interface Pages {
  /** Number of the claim that the page belongs to; 0 if none. */
  readonly claim: number;
  /** Number of the mapping; 0 if none. */
  readonly mapping: number;
}

export class AddressSpaceModel {
  private readonly claims = new Uint32Array(PAGES);
  private readonly mappings = new Uint32Array(PAGES);

  /** Number of pages that are claimed or mapped. */
  private taken = 0;

  /** Nothing can be mapped below address `start`. */
  constructor(private readonly start: number) {}

  private at(page: number): Pages {
    return { claim: this.claims[page]!, mapping: this.mappings[page]! };
  }

  /** Do all pages of the range have this claim and this mapping? */
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

  /** Are there `bytes` consecutive free bytes? */
  hasRoom(bytes: number): boolean {
    const { claims, mappings } = this;
    let run = 0;
    for (let page = this.start / PAGE; page < PAGES && run < bytes; page++) {
      run = claims[page] === 0 && mappings[page] === 0 ? run + PAGE : 0;
    }
    return run >= bytes;
  }

  /** Maps a range at a given address. The range must be free, or lie in one claim and not be mapped. */
  mapAt(base: number, bytes: number, mapping: number): Answer {
    return answer(() => {
      const inside = base >= this.start && base + bytes <= END;
      const alike = inside && this.isUniform(base, bytes, { ...this.pagesAt(base), mapping: 0 });
      demand(alike, "LIB_ERR_VREGION_MAP_FIXED", "LIB_ERR_PMAP_ADDR_NOT_FREE");
      this.map(base, bytes, mapping);
    });
  }

  /** Records a mapping at the address that the library chose. */
  map(base: number, bytes: number, mapping: number): void {
    for (let page = base / PAGE; page < (base + bytes) / PAGE; page++) this.set(page, { ...this.at(page), mapping });
  }

  /** Records a claim. Pages that belong to another claim stay in it. */
  claim(base: number, bytes: number, number: number): void {
    for (let page = base / PAGE; page < (base + bytes) / PAGE; page++) {
      const { claim, mapping } = this.at(page);
      this.set(page, { claim: claim || number, mapping });
    }
  }

  /** Number of bytes that are claimed or mapped. */
  get takenBytes(): number {
    return this.taken * PAGE;
  }

  private set(page: number, { claim, mapping }: Pages): void {
    const { claims, mappings } = this;
    this.taken += Number((claim | mapping) !== 0) - Number((claims[page]! | mappings[page]!) !== 0);
    claims[page] = claim;
    mappings[page] = mapping;
  }

  /** Undoes the mapping that starts at `base`. If none starts there, gives up the part of a claim that starts there. */
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
