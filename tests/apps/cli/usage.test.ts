import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { CLI, typefish } from "./run";

it("the built command runs directly", () => {
  const { stdout, status } = spawnSync(CLI, ["version"], { encoding: "utf8" });
  expect([stdout, status]).toEqual([expect.stringMatching(/^typefish \d/), 0]);
});

describe("wrong usage exits with code 2 and prints one line that says what to do", () => {
  const cases: [args: string[], line: RegExp][] = [
    [["--frobnicate"], /unknown option '--frobnicate'/],
    [["boot", "--memmory", "64M"], /unknown option '--memmory' \(Did you mean --memory\?\)/],
    [["launch"], /unknown command or argument 'launch'/],
    [["boot", "now"], /unknown command or argument/],
    [["help", "launch"], /unknown command 'launch'/],
    [["boot", "--board", "raspberry"], /there is no board 'raspberry': choose pandaboard-es or vexpress-a9/],
    [["boot", "--board"], /option '--board <name>' argument missing/],
    [["boot", "--memory", "64Q"], /Expected a size such as 64M or 1G/],
    [["boot", "--memory", "8M"], /must be a multiple of 1 MiB from 16 MiB to 1 GiB, not 8 MiB/],
    [["boot", "--memory", "4G"], /must be a multiple of 1 MiB from 16 MiB to 1 GiB, not 4096 MiB/],
    [["boot", "--memory", "100000000"], /must be a multiple of 1 MiB/],
    [["boot", "--libmm", "slab"], /Allowed choices are .*stub/],
    [["boot", "--loglevel", "12"], /Expected a number from 0 to 9/],
    [["boot", "--limit-calls", "-1"], /Expected a whole number of at least 0/],
    [["boot", "--limit-time", "soon"], /Expected a time such as 30s/],
    [["boot", "--scenario", "T99"], /no scenario matches 'T99': typefish boot --list shows all scenarios/],
    [["boot", "--scenario", "T01,T99"], /no scenario matches 'T99'/],
    [["boot", "--list", "--scenario", "T0*,nope"], /no scenario matches 'nope'/],
    [["boot", "--scenario", "T01 T02"], /is not a pattern/],
    [["lab"], /typefish lab needs one of the commands new, start, exercise, race; see typefish help lab/],
    [["inspect"], /missing required argument 'what'/],
    [["inspect", "soul"], /Allowed choices are caps, cspace, mdb, mm, slots, pages, memory/],
    [["inspect", "caps", "--at-call", "1000000"], /--at-call 1000000: the run ends after \d+ system calls/],
    [["replay", "/nowhere/at-all.jsonl"], /\/nowhere\/at-all\.jsonl: cannot be read: there is no such file/],
  ];
  it.each(cases)("typefish %j", (args, line) => {
    const { stdout, stderr, status } = typefish(args);
    expect(stderr).toMatch(/^typefish: [^\n]*\n$/);
    expect(stderr).toMatch(line);
    expect([stdout, status]).toEqual(["", 2]);
  });
});

describe("help", () => {
  it.each([[["help"]], [["--help"]], [["help", "boot"]], [["help", "inspect"]], [["help", "replay"]]])(
    "typefish %j shows examples",
    (args) => {
      const { stdout, stderr, status } = typefish(args);
      expect(stdout).toMatch(/^Usage: typefish/);
      expect(stdout).toContain("Examples:");
      expect([stderr, status]).toEqual(["", 0]);
    },
  );

  it("version prints the version of the package", () => {
    expect(typefish(["version"]).stdout).toMatch(/^typefish \d+\.\d+\.\d+\n$/);
    expect(typefish(["--version"]).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
