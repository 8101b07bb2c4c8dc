/**
 * init's address space as the CPU driver sets it up, and the argument structure in it.
 * (Specification of capabilities, section 6.5.)
 *
 *     0x00000000  not mapped, so that null pointers fault
 *     0x00200000  bootinfo            16 KiB   read-write
 *     0x00204000  arguments          128 KiB   read-write
 *     0x00224000  dispatcher frame   256 KiB   read-write
 *     0x00400000  the program's segments
 *     0x02000000  end of the 30 L2 tables that the CPU driver installs; free for the program's own mappings
 *     0x80000000  the CPU driver
 */
import { ARGS_FRAME_SIZE, BOOTINFO_SIZE } from "./types";

export const INIT_VBASE: u32 = 0x200000;
export const INIT_BOOTINFO_VBASE: u32 = INIT_VBASE;
export const INIT_ARGS_VBASE: u32 = INIT_BOOTINFO_VBASE + BOOTINFO_SIZE;
export const INIT_DISPATCHER_VBASE: u32 = INIT_ARGS_VBASE + ARGS_FRAME_SIZE;
/** First address of a program's own segments, past the three regions that start-up maps. */
export const INIT_SEGMENTS_VBASE: u32 = 0x400000;
export const INIT_SPACE_LIMIT: u32 = 0x2000000;

/**
 * The argument structure holds counts and user addresses of zero-terminated strings, which follow it in the same frame.
 *
 *      0       4             520            1036         1040        1044      1048       1052       1056      1060
 *     +-------+-------------+--------------+------------+-----------+---------+----------+----------+---------+
 *     | argc  | argv[129]   | envp[129]    | vspace_buf | vspace_   | tls_    | tls_init_| tls_total| page-   |
 *     |       |             |              |            | buf_len   | base    | len      | _len     | size    |
 *     +-------+-------------+--------------+------------+-----------+---------+----------+----------+---------+
 *
 * argv and envp end with a zero address.
 */
export const enum SpawnArgs {
  MAX_ARGS = 128,
  ARGC = 0,
  ARGV = 4,
  ENVP = 520,
  VSPACE_BUF = 1036,
  VSPACE_BUF_LEN = 1040,
  TLS_BASE = 1044,
  TLS_INIT_LEN = 1048,
  TLS_TOTAL_LEN = 1052,
  PAGESIZE = 1056,
  SIZE = 1060,
}
