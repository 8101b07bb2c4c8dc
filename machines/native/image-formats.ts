/** Writes boot images as files in the formats that emulators and U-Boot read. */
import { type FlatImage, imageElf } from "./image";

/**
 * elf     one segment at its physical address: QEMU's -kernel, U-Boot's bootelf
 * bin     the bytes alone; they move themselves to their place: U-Boot's go, boot over USB
 * uimage  with U-Boot's own header: bootm
 */
export const IMAGE_FORMATS = ["elf", "bin", "uimage"] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

/** Name of the file for a board if the user gives none. */
export function imageName(format: ImageFormat, board: string): string {
  return `typefish-${board}.${format}`;
}

export function imageFile(image: FlatImage, format: ImageFormat): Uint8Array {
  switch (format) {
    case "elf":
      return imageElf(image);
    case "bin":
      return image.bytes;
    case "uimage":
      return uImage(image);
  }
}

/**
 * U-Boot's legacy image header, 64 bytes, big-endian (include/image.h of U-Boot):
 *
 *      0       4           8      12     16     20       24         28    29     30     31            32
 *     +-------+-----------+------+------+------+--------+----------+-----+------+------+-------------+---------+
 *     | magic | CRC of    | time | size | load | entry  | CRC of   | OS  | CPU  | type | compression | name    |
 *     |       | header    |      |      |      |        | the data |     |      |      |             | 32 bytes|
 *     +-------+-----------+------+------+------+--------+----------+-----+------+------+-------------+---------+
 */
const HEADER_BYTES = 64;
const MAGIC = 0x27051956;
/**
 * With this value U-Boot switches caches and MMU off and then jumps to the entry, which is all that the image needs.
 */
const OS_LINUX = 5;
const CPU_ARM = 2;
const TYPE_KERNEL = 2;
const COMPRESSION_NONE = 0;
const NAME = "typefish";

function uImage({ address, bytes }: FlatImage): Uint8Array {
  const file = new Uint8Array(HEADER_BYTES + bytes.length);
  const view = new DataView(file.buffer);
  view.setUint32(0, MAGIC);
  view.setUint32(12, bytes.length);
  view.setUint32(16, address);
  view.setUint32(20, address);
  view.setUint32(24, crc32(bytes));
  file.set([OS_LINUX, CPU_ARM, TYPE_KERNEL, COMPRESSION_NONE], 28);
  file.set(new TextEncoder().encode(NAME), 32);
  // The CRC covers the header with zero in this field.
  view.setUint32(4, crc32(file.subarray(0, HEADER_BYTES)));
  file.set(bytes, HEADER_BYTES);
  return file;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
