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

const solid = (token: string) => mixed(rgb(token), rgb(token), 0);

/** Depth of the regions that the memory manager gets at boot: the first shade. */
const RAM_DEPTH = 0;
/** Shades of RAM: the deeper in the tree of capabilities, the stronger. */
const SHADES = 3;

function ramShades(): Uint32Array {
  const [pale, strong] = [rgb("--type-ram"), rgb("--type-ram-strong")];
  return Uint32Array.from({ length: SHADES }, (_, shade) => mixed(pale, strong, shade / (SHADES - 1)));
}

/** A pixel for each page. */
export function pagePixels(
  colouring: Colouring,
  { pages, capabilities: { depth }, call }: Moment<"pages" | "capabilities">,
): Uint32Array {
  const { count, type, owner, lastChange, capability } = pages;
  const pixels = new Uint32Array(count);
  if (colouring === "age") {
    const colours = ageColours();
    const untouched = solid("--type-none");
    for (let page = 0; page < count; page++) {
      const last = lastChange[page] as number;
      const age = Math.min(AGES - 1, 32 - Math.clz32(Math.max(0, call - last)));
      pixels[page] = last === 0 ? untouched : (colours[age] as number);
    }
    return pixels;
  }
  const column = colouring === "type" ? type : owner;
  const colours = Uint32Array.from({ length: 256 }, (_, value) =>
    solid(colouring === "type" ? `--type-${typeClass(value)}` : OWNER_TOKENS[ownerName(value)]),
  );
  for (let page = 0; page < count; page++) pixels[page] = colours[column[page] as number] as number;
  if (colouring !== "type") return pixels;
  const shades = ramShades();
  for (let page = 0; page < count; page++) {
    if (type[page] !== ObjType.RAM) continue;
    const shade = Math.max(0, (depth[capability[page] as number] as number) - RAM_DEPTH);
    pixels[page] = shades[Math.min(SHADES - 1, shade)] as number;
  }
  return pixels;
}
