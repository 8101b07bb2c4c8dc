/**
 * The list of scenarios: static memory, filled once at start-up.
 *
 *      0      4       8       12      16      20
 *     +------+-------+-------+-------+-------+
 *     | id   | title | group | flags | run   |
 *     +------+-------+-------+-------+-------+
 */
import { patternMatches } from "./pattern";

export const enum Group {
  ALLOCATION = 0,
  SLOTS = 1,
  SLABS = 2,
  MAPPING = 3,
  EXHAUSTION = 4,
  REPETITION = 5,
  HOSTILE = 6,
  ALL_PAGES = 7,
}

/** What else is to be known of a scenario. */
export const enum ScenarioFlag {
  NONE = 0,
  /** Cheap enough to be run a second time by the scenario that repeats others. */
  REPEATABLE = 1,
  /** To be run in an arena. */
  IN_ARENA = 2,
}

@unmanaged
export class Scenario {
  private idText: usize;
  private titleText: usize;
  group: u32;
  flags: u32;
  run: (() => void) | null;

  get id(): string {
    return changetype<string>(this.idText);
  }
  set id(text: string) {
    this.idText = changetype<usize>(text);
  }
  /** What it shows, in a short sentence. */
  get title(): string {
    return changetype<string>(this.titleText);
  }
  set title(text: string) {
    this.titleText = changetype<usize>(text);
  }
}

const SCENARIO_SIZE = 20;
const SCENARIOS_MAX: u32 = 128;
if (offsetof<Scenario>() != SCENARIO_SIZE) ERROR("Scenario: size");

@unmanaged
class ListState {
  count: u32;
  /** The group that is being filled. */
  group: u32;
}

const list = changetype<ListState>(memory.data(8, 4));
const records: usize = memory.data(2560, 8);
if (SCENARIO_SIZE * SCENARIOS_MAX != 2560) ERROR("list: room for the scenarios");

export function scenarioCount(): u32 {
  return list.count;
}

export function scenarioAt(index: u32): Scenario {
  return changetype<Scenario>(records + index * SCENARIO_SIZE);
}

export function groupName(group: u32): string {
  switch (group) {
    case Group.ALLOCATION:
      return "allocation and reclamation";
    case Group.SLOTS:
      return "slots beyond one CNode";
    case Group.SLABS:
      return "slab exhaustion";
    case Group.MAPPING:
      return "mapping and writing";
    case Group.EXHAUSTION:
      return "exhaustion of all RAM and recovery";
    case Group.REPETITION:
      return "repetition";
    case Group.HOSTILE:
      return "hostile calls";
    default:
      return "every page of the RAM";
  }
}

/** The scenarios that follow belong to `group`. */
export function beginGroup(group: u32): void {
  list.group = group;
}

/** Adds a scenario; one too many is left out, and `listIsComplete` says so. */
export function add(id: string, title: string, run: () => void, flags: u32 = ScenarioFlag.NONE): void {
  const index = list.count++;
  if (index >= SCENARIOS_MAX) return;
  const scenario = scenarioAt(index);
  scenario.id = id;
  scenario.title = title;
  scenario.group = list.group;
  scenario.flags = flags;
  scenario.run = run;
}

export function listIsComplete(): bool {
  return list.count <= SCENARIOS_MAX;
}

/** Does a pattern (0: none, all match) ask for the scenario, by its id, its title, or its group? */
export function isAskedFor(scenario: Scenario, pattern: usize): bool {
  return (
    pattern == 0 ||
    patternMatches(pattern, scenario.id) ||
    patternMatches(pattern, scenario.title) ||
    patternMatches(pattern, groupName(scenario.group))
  );
}
