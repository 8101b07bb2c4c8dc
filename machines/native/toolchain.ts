/** Finds the tools that npm does not install: clang, lld, QEMU. */
import { execFileSync, type SpawnSyncReturns } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

interface Tool {
  command: string;
  /** Package name in Debian and Ubuntu, and formula name in Homebrew. */
  debian: string;
  homebrew: string;
}

const TOOLS = {
  clang: { command: "clang", debian: "clang", homebrew: "llvm" },
  lld: { command: "ld.lld", debian: "lld", homebrew: "lld" },
  qemu: { command: "qemu-system-arm", debian: "qemu-system-arm", homebrew: "qemu" },
} satisfies Record<string, Tool>;

export type ToolName = keyof typeof TOOLS;

/** Homebrew does not put LLVM on the path, and Apple's compiler cannot generate ARM Linux objects. */
const FOLDERS = ["/opt/homebrew/opt/llvm/bin", "/usr/local/opt/llvm/bin", "/opt/homebrew/opt/lld/bin"];

/** Thrown if tools are not installed. The message is one line that says how to install them. */
export class MissingTools extends Error {
  constructor(readonly tools: readonly ToolName[]) {
    const packages = (kind: "debian" | "homebrew") => [...new Set(tools.map((tool) => TOOLS[tool][kind]))].join(" ");
    super(
      `${tools.map((tool) => TOOLS[tool].command).join(", ")} not found: install with ` +
        `apt install ${packages("debian")} (Debian) or brew install ${packages("homebrew")} (Homebrew)`,
    );
  }
}

function pathOf(tool: ToolName): string | null {
  const folders = [...FOLDERS, ...(process.env.PATH ?? "").split(delimiter)];
  for (const folder of folders) {
    const path = join(folder, TOOLS[tool].command);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // The tool is not in this folder: try the next one.
    }
  }
  return null;
}

/** Returns the tools that are missing. */
export function missingTools(...tools: ToolName[]): ToolName[] {
  return tools.filter((tool) => pathOf(tool) === null);
}

/** Throws a MissingTools error unless all of the tools are installed. */
export function requireTools(...tools: ToolName[]): void {
  const missing = missingTools(...tools);
  if (missing.length > 0) throw new MissingTools(missing);
}

/** Path of a tool. Throws a MissingTools error if it is not installed. */
export function toolPath(tool: ToolName): string {
  const path = pathOf(tool);
  if (path === null) throw new MissingTools([tool]);
  return path;
}

/** Runs a tool. If it fails, throws an error with its messages. */
export function runTool(tool: ToolName, args: string[]): void {
  try {
    execFileSync(toolPath(tool), args, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
  } catch (error) {
    if (error instanceof MissingTools) throw error;
    const { stderr, stdout } = error as SpawnSyncReturns<string>;
    throw new Error(`${TOOLS[tool].command} failed\n${stderr}${stdout}`.trim());
  }
}
