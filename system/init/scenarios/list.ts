/**
 * The list of scenarios, in static memory. It is filled once at start-up.
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

/** Properties of a scenario. */
export const enum ScenarioFlag {
  NONE = 0,
  /** The scenario is short enough to run again in the scenario that repeats others. */
  REPEATABLE = 1,
  /** The scenario runs in an arena. */
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
  /** A short sentence that says what the scenario shows. */
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
  /** The group of the scenarios that are added next. */
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

/** Puts the scenarios that are added next into `group`. */
export function beginGroup(group: u32): void {
  list.group = group;
}

/** Adds a scenario. If there is no room, the scenario is left out and `listIsComplete` returns false. */
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

/** Does a pattern match the scenario's id, its title or its group? The pattern 0 matches every scenario. */
export function isAskedFor(scenario: Scenario, pattern: usize): bool {
  return (
    pattern == 0 ||
    patternMatches(pattern, scenario.id) ||
    patternMatches(pattern, scenario.title) ||
    patternMatches(pattern, groupName(scenario.group))
  );
}
