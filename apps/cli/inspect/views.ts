/** All views, in the order of the help text. */
import { caps } from "./caps";
import { cspace } from "./cspace";
import { mdb } from "./mdb";
import { memory } from "./memory";
import { mm } from "./mm";
import { pages } from "./pages";
import { slots } from "./slots";
import type { View } from "./view";

export const VIEWS: readonly View[] = [caps, cspace, mdb, mm, slots, pages, memory];
