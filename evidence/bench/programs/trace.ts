/**
 * Stands in for `system/libmm/trace.ts` in the build of init that records: the same hooks, as imports, so that the host
 * hears of every allocation while nothing of the program changes, not even a system call (evidence/bench/record.ts).
 */

export declare function traceAdded(mm: usize, pages: u32): void;
export declare function traceTaken(mm: usize, page: u32, pages: u32, alignment: u32, isHigh: bool): void;
export declare function traceGiven(mm: usize, page: u32): void;
