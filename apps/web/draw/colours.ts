/** The style sheet's colour tokens, as canvases need them. */
import { effect, signal } from "@preact/signals";

export type Scheme = "auto" | "light" | "dark";

const STORED = "typefish.scheme";
const SCHEMES: readonly Scheme[] = ["auto", "light", "dark"];

function stored(): Scheme {
  try {
    return SCHEMES.find((each) => each === localStorage.getItem(STORED)) ?? "auto";
  } catch {
    return "auto"; // Storage is not allowed.
  }
}

/** What the reader chose; `auto` follows the system. */
export const scheme = signal<Scheme>(stored());
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

/** Changes whenever tokens may have other values: pictures subscribe to it. */
export const palette = signal(0);

const known = new Map<string, string>();

/** Applies the scheme to the document from now on. */
export function followScheme(): void {
  const forget = () => {
    known.clear();
    palette.value++;
  };
  systemIsDark.addEventListener("change", forget);
  effect(() => {
    const { documentElement } = document;
    if (scheme.value === "auto") delete documentElement.dataset.theme;
    else documentElement.dataset.theme = scheme.value;
    try {
      localStorage.setItem(STORED, scheme.value);
    } catch {
      // Storage is not allowed: the choice holds for this visit.
    }
    known.clear();
    palette.value = palette.peek() + 1;
  });
}

export function nextScheme(): void {
  scheme.value = SCHEMES[(SCHEMES.indexOf(scheme.value) + 1) % SCHEMES.length] as Scheme;
}

/** The value of a token such as `--ink`, as `rgb(...)`. */
export function colour(token: string): string {
  const found = known.get(token);
  if (found !== undefined) return found;
  const probe = document.createElement("i");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  known.set(token, color);
  return color;
}

export type Rgb = readonly [red: number, green: number, blue: number];

export function rgb(token: string): Rgb {
  const [red = 0, green = 0, blue = 0] = (colour(token).match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}

/** A colour between two, as a pixel of an `ImageData` seen as little-endian words. */
export function mixed(from: Rgb, to: Rgb, share: number): number {
  const [red, green, blue] = from.map((each, index) => Math.round(each + ((to[index] as number) - each) * share));
  return ((255 << 24) | ((blue as number) << 16) | ((green as number) << 8) | (red as number)) >>> 0;
}

/** A pixel as a colour of a style sheet. */
export function pixelColour(pixel: number): string {
  return `#${[pixel & 0xff, (pixel >>> 8) & 0xff, (pixel >>> 16) & 0xff].map((each) => each.toString(16).padStart(2, "0")).join("")}`;
}
