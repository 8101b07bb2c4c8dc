/**
 * Hooks that record the calls of memory managers. In an ordinary build they are empty and the compiler removes them. A
 * recording build replaces this file with `evidence/bench/programs/trace.ts`.
 */

/** A region of `pages` pages was added to manager `mm`. */
export function traceAdded(_mm: usize, _pages: u32): void {}

/**
 * `pages` pages from `page` on were handed out, at a multiple of `alignment` pages. `_isHigh` says whether they come
 * from the high end.
 */
export function traceTaken(_mm: usize, _page: u32, _pages: u32, _alignment: u32, _isHigh: bool): void {}

/** The piece that starts at `page` was freed. */
export function traceGiven(_mm: usize, _page: u32): void {}
