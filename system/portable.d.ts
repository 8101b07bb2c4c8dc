/**
 * AssemblyScript's number types, for host code that reads constants and pure functions of system/kpi/ and layout/ folders.
 *
 * Only names, no values: a function that calls `u32(x)` or `load<u8>(p)` cannot run in the host, and importing it
 * fails here. Sixty-four bits are a `number` as well: what the host reads of them must stay below 2^53.
 */
declare type bool = boolean;
declare type i8 = number;
declare type i16 = number;
declare type i32 = number;
declare type i64 = number;
declare type u8 = number;
declare type u16 = number;
declare type u32 = number;
declare type u64 = number;
declare type isize = number;
declare type usize = number;
declare type f32 = number;
declare type f64 = number;
