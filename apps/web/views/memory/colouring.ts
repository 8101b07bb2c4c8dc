/** The colour of each page: by type, by owner, or by age of the last change. */
import { ObjType } from "../../../../system/kpi/object-types";
import { mixed, type Rgb, rgb } from "../../draw/colours";
import type { Moment } from "../../moment";
import { TYPE_CLASSES, type TypeClass, typeClass } from "../../type-classes";

export const COLOURINGS = ["type", "owner", "age"] as const;
export type Colouring = (typeof COLOURINGS)[number];

type Pages = Moment<"pages">["pages"];

/** In the order of `PageOwner`. */
export const OWNERS = ["nobody", "driver", "manager", "program"] as const;
export type Owner = (typeof OWNERS)[number];

const OWNER_TOKENS: Record<Owner, string> = {
  nobody: "--type-none",
  driver: "--type-kernel",
  manager: "--type-ram",
  program: "--type-frame",
};

export function ownerName(owner: number): Owner {
  return OWNERS[owner as number] ?? "nobody";
}

export interface LegendEntry {
  key: TypeClass | Owner;
  token: string;
  pages: number;
}

/** What the colours mean, with the number of pages of each, without those that do not occur. */
export function legendOf(colouring: Colouring, { type, owner }: Pages): LegendEntry[] {
  if (colouring === "age") return [];
  const column = colouring === "type" ? type : owner;
  const counts = new Uint32Array(256);
  for (const value of column) counts[value] = (counts[value] as number) + 1;
  const byKey = new Map<TypeClass | Owner, number>();
  counts.forEach((count, value) => {
    if (count === 0) return;
    const key = colouring === "type" ? typeClass(value) : ownerName(value);
    byKey.set(key, (byKey.get(key) ?? 0) + count);
  });
  const order: readonly (TypeClass | Owner)[] = colouring === "type" ? TYPE_CLASSES : OWNERS;
  return order
    .filter((key) => byKey.has(key))
    .map((key) => ({
      key,
      token: colouring === "type" ? `--type-${key}` : OWNER_TOKENS[key as Owner],
      pages: byKey.get(key) as number,
    }));
}

/** Colours of ages: the newest first. An age doubles from one to the next. */
const AGES = 20;

function ageColours(): Uint32Array {
  const [newest, oldest]: [Rgb, Rgb] = [rgb("--age-new"), rgb("--age-old")];
  return Uint32Array.from({ length: AGES }, (_, step) => mixed(newest, oldest, step / (AGES - 1)));
}

const PAGE_BYTES = 4096;

const solid = (token: string) => mixed(rgb(token), rgb(token), 0);

/** Shades of RAM: the deeper in the tree of capabilities, the stronger. */
const SHADES = 3;
/** Tints of each colour. Neighbouring objects mostly have different ones, so that their borders can be seen. */
const TINTS = 3;
const TINT_STEP = 0.13;

/** The tints of a colour, one after the other. */
function tintsOf(from: Rgb, to: Rgb, share: number): number[] {
  const pixel = mixed(from, to, share);
  const channels: Rgb = [pixel & 0xff, (pixel >>> 8) & 0xff, (pixel >>> 16) & 0xff];
  return Array.from({ length: TINTS }, (_, tint) => mixed(channels, rgb("--paper"), tint * TINT_STEP));
}

/** Depends on the first page of an object alone: the colour of an object stays the same while others come and go. */
function tintOf(base: number): number {
  return (Math.imul(base / PAGE_BYTES, 0x9e3779b1) >>> 16) % TINTS;
}

function ageColoursOf({ pages: { count, lastChange }, call }: Moment<"pages">): Uint32Array {
  const pixels = new Uint32Array(count);
  const colours = ageColours();
  const untouched = solid("--type-none");
  for (let page = 0; page < count; page++) {
    const last = lastChange[page] as number;
    const age = Math.min(AGES - 1, 32 - Math.clz32(Math.max(0, call - last)));
    pixels[page] = last === 0 ? untouched : (colours[age] as number);
  }
  return pixels;
}

function ownerColours({ count, owner }: Pages): Uint32Array {
  const colours = Uint32Array.from({ length: 256 }, (_, value) => solid(OWNER_TOKENS[ownerName(value)]));
  return Uint32Array.from({ length: count }, (_, page) => colours[owner[page] as number] as number);
}

function typeColours({ pages, capabilities }: Moment<"pages" | "capabilities">): Uint32Array {
  const { count, type, capability } = pages;
  const { base, depth } = capabilities;
  const palette = Uint32Array.from(
    Array.from({ length: 256 }, (_, each) => rgb(`--type-${typeClass(each)}`)).flatMap((each) =>
      tintsOf(each, each, 0),
    ),
  );
  const [pale, strong] = [rgb("--type-ram"), rgb("--type-ram-strong")];
  const ram = Uint32Array.from(
    Array.from({ length: SHADES }, (_, shade) => tintsOf(pale, strong, shade / (SHADES - 1))).flat(),
  );
  const pixels = new Uint32Array(count);
  let latest = -1;
  let pixel = palette[0] as number;
  for (let page = 0; page < count; page++) {
    const index = capability[page] as number;
    if (index !== latest) {
      latest = index;
      const tint = index < 0 ? 0 : tintOf(base[index] as number);
      const isRam = type[page] === ObjType.RAM;
      const row = isRam ? Math.min(SHADES - 1, depth[index] as number) : (type[page] as number);
      pixel = (isRam ? ram : palette)[row * TINTS + (row === 0 ? 0 : tint)] as number;
    }
    pixels[page] = pixel;
  }
  return pixels;
}

/** A pixel for each page. */
export function pagePixels(colouring: Colouring, moment: Moment<"pages" | "capabilities">): Uint32Array {
  switch (colouring) {
    case "type":
      return typeColours(moment);
    case "owner":
      return ownerColours(moment.pages);
    case "age":
      return ageColoursOf(moment);
  }
}
