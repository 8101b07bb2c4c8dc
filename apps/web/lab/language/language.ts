/**
 * TypeScript's language service over the learner's files and the project's own sources. It runs in a worker of the page,
 * and in tests in Node.
 *
 * Paths are those of the page: a learner's file is `libmm/mm.ts`, a source of the project `system/libaos/slab.ts`, and
 * the declarations of AssemblyScript's types and functions are `assemblyscript.d.ts`.
 */
import ts from "typescript";
import type { ReadOwnSource } from "../../../../lab/build";
import { LEARNER_COMPILER_OPTIONS } from "../../../../lab/compiler-options";
import { isOwnPath, ownSourceOf } from "../../../../lab/submission";
import type { Completion, CompletionDetails, Definition, Description, Hover, Problem, Signature } from "./answers";
import { heapProblems } from "./heap";

export const COMPILER_TYPES = "assemblyscript.d.ts";

/** With noLib, the library is one of the files. */
const OPTIONS = ts.convertCompilerOptionsFromJson(LEARNER_COMPILER_OPTIONS, "/").options;
const PREFERENCES: ts.UserPreferences = {
  includeCompletionsForModuleExports: true,
  includeCompletionsWithInsertText: true,
  importModuleSpecifierPreference: "relative",
};
const FORMAT: ts.FormatCodeSettings = { ...ts.getDefaultFormatCodeSettings("\n"), indentSize: 2 };

const fileOf = (path: string): string => (isOwnPath(path) ? `/system/${path}` : `/${path}`);
const pathOf = (file: string): string => {
  const path = file.slice(1);
  return ownSourceOf(path) === null ? path.slice("system/".length) : path;
};

export class Language {
  readonly #service: ts.LanguageService;
  readonly #own = new Map<string, { text: string; version: number }>();
  #version = 0;

  constructor(
    readonly readOwn: ReadOwnSource,
    readonly compilerTypes: string,
  ) {
    const textOf = (file: string) => this.source(pathOf(file));
    this.#service = ts.createLanguageService({
      getCompilationSettings: () => OPTIONS,
      getScriptFileNames: () => [COMPILER_TYPES, ...this.#own.keys()].map(fileOf),
      getScriptVersion: (file) => String(this.#own.get(pathOf(file))?.version ?? 0),
      getScriptSnapshot(file) {
        const text = textOf(file);
        return text === null ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => "/",
      getDefaultLibFileName: () => fileOf(COMPILER_TYPES),
      fileExists: (file) => textOf(file) !== null,
      readFile: (file) => textOf(file) ?? undefined,
    });
  }

  /** Takes over texts of the learner's files; null removes a file. */
  update(texts: readonly (readonly [path: string, text: string | null])[]): null {
    for (const [path, text] of texts) {
      if (text === null) this.#own.delete(path);
      else this.#own.set(path, { text, version: ++this.#version });
    }
    return null;
  }

  /** The text of any file; null if there is none. */
  source(path: string): string | null {
    if (path === COMPILER_TYPES) return this.compilerTypes;
    if (isOwnPath(path)) return this.#own.get(path)?.text ?? null;
    const own = ownSourceOf(path);
    return own === null ? null : this.readOwn(own);
  }

  /** Errors of types and syntax, and expressions that need a heap. */
  problems(path: string): Problem[] {
    const program = this.#service.getProgram();
    const source = program?.getSourceFile(fileOf(path));
    if (!program || !source) return [];
    const file = fileOf(path);
    const errors = [...this.#service.getSyntacticDiagnostics(file), ...this.#service.getSemanticDiagnostics(file)];
    return [...errors.map(problemOf), ...heapProblems(source, program.getTypeChecker(), fileOf(COMPILER_TYPES))];
  }

  hover(path: string, offset: number): Hover | null {
    const info = this.#service.getQuickInfoAtPosition(fileOf(path), offset);
    if (!info || isUnknown(info)) return null;
    const { start, length } = info.textSpan;
    return { ...describe(info.displayParts, info.documentation, info.tags), from: start, to: start + length };
  }

  /** The function whose arguments are being written; null if there is none. */
  signature(path: string, offset: number): Signature | null {
    const help = this.#service.getSignatureHelpItems(fileOf(path), offset, undefined);
    const item = help?.items[help.selectedItemIndex];
    if (!help || !item) return null;
    const parameters = item.parameters.map(({ displayParts }) => ts.displayPartsToString(displayParts));
    const prefix = ts.displayPartsToString(item.prefixDisplayParts);
    const separator = ts.displayPartsToString(item.separatorDisplayParts);
    const declaration = prefix + parameters.join(separator) + ts.displayPartsToString(item.suffixDisplayParts);
    const present = parameters[help.argumentIndex] ?? "";
    const before = parameters.slice(0, help.argumentIndex).map((text) => text + separator);
    const from = prefix.length + before.join("").length;
    const { documentation } = describe([], item.documentation, item.tags);
    return { declaration, documentation, from, to: from + present.length };
  }

  completions(path: string, offset: number): Completion[] {
    const answer = this.#service.getCompletionsAtPosition(fileOf(path), offset, PREFERENCES, FORMAT);
    return (answer?.entries ?? []).map(({ name, kind, sortText, source, data }) => ({
      name,
      kind,
      order: sortText,
      imported: source === undefined ? null : { source, data },
    }));
  }

  /** What a completion stands for, and what else it changes. */
  completion(path: string, offset: number, { name, imported }: Completion): CompletionDetails | null {
    const details = this.#service.getCompletionEntryDetails(
      fileOf(path),
      offset,
      name,
      FORMAT,
      imported?.source,
      PREFERENCES,
      imported?.data,
    );
    if (!details) return null;
    const files = (details.codeActions ?? []).flatMap(({ changes }) => changes);
    const texts = files.filter(({ fileName }) => fileName === fileOf(path)).flatMap(({ textChanges }) => textChanges);
    const changes = texts.map(({ span, newText }) => ({
      from: span.start,
      to: span.start + span.length,
      insert: newText,
    }));
    return { ...describe(details.displayParts, details.documentation, details.tags), changes };
  }

  definition(path: string, offset: number): Definition | null {
    const [first] = this.#service.getDefinitionAtPosition(fileOf(path), offset) ?? [];
    if (!first) return null;
    const { start, length } = first.textSpan;
    return { path: pathOf(first.fileName), from: start, to: start + length };
  }
}

/** Is it a name that TypeScript knows nothing about? */
const isUnknown = ({ displayParts, documentation = [] }: ts.QuickInfo): boolean =>
  documentation.length === 0 && ts.displayPartsToString(displayParts) === "any";

function problemOf({ start = 0, length = 0, messageText, code }: ts.Diagnostic): Problem {
  const text = `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  return { from: start, to: start + length, severity: "error", text };
}

/** What stands before the text of a tag. */
const TAGS: Readonly<Record<string, string>> = { returns: "Returns ", return: "Returns " };
const CODE_TAGS = ["example"];

/** The parameters become a list, and an example becomes lines of code, which are indented. */
function describe(
  declaration: ts.SymbolDisplayPart[] | undefined,
  documentation: ts.SymbolDisplayPart[] | undefined,
  tags: ts.JSDocTagInfo[] = [],
): Description {
  const parameters: string[] = [];
  const others: string[] = [];
  for (const { name, text } of tags) {
    const words = ts.displayPartsToString(text);
    if (name === "param") parameters.push(words.replace(/^(\S+)\s*/, "- `$1`: ").replaceAll("\n", " "));
    else if (CODE_TAGS.includes(name)) others.push(words.replace(/^/gm, "    "));
    else others.push(`${TAGS[name] ?? `${name}: `}${words}`);
  }
  const parts = [ts.displayPartsToString(documentation), parameters.join("\n"), ...others];
  return {
    declaration: ts.displayPartsToString(declaration).replace(/^\(alias\) ([\s\S]*)\nimport .*$/, "$1"),
    documentation: parts.filter((part) => part !== "").join("\n\n"),
  };
}
