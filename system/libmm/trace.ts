/**
 * Hooks for whoever wants to know what memory managers are asked for. In an ordinary build they are nothing, and the
 * compiler leaves no trace of them; a build that records puts `evidence/bench/programs/trace.ts` in the place of this file.
 */

/** Manager `mm` has got a region of `pages` pages. */
export function traceAdded(_mm: usize, _pages: u32): void {}

/** `pages` pages from `page` on have been handed out: at a multiple of `alignment` pages, from the high end or not. */
export function traceTaken(_mm: usize, _page: u32, _pages: u32, _alignment: u32, _isHigh: bool): void {}

/** The piece that begins at `page` has come back. */
export function traceGiven(_mm: usize, _page: u32): void {}
