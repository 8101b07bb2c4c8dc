/** The messages in the editor: TypeScript's while the learner types, and the compiler's about the files that it has built. */
import { type Diagnostic, forceLinting, linter } from "@codemirror/lint";
import { type Extension, StateEffect, StateField, type Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { CompileMessage } from "../../../../compile/compile-error";
import { english } from "../english";
import { ownPath } from "../files";
import { askLanguage } from "./client";

/** Pause in typing after which TypeScript is asked, in milliseconds. */
const PAUSE = 200;

interface CompilerMessages {
  /** The messages about all files that `shown` was made from. */
  all: readonly CompileMessage[];
  shown: readonly Diagnostic[];
}

const setCompilerMessages = StateEffect.define<CompilerMessages>();
const refresh = StateEffect.define<null>();

/** The compiler's messages about the file of a state. They move with the text until the file is compiled again. */
const compilerMessages = StateField.define<CompilerMessages>({
  create: () => ({ all: [], shown: [] }),
  update(value, { changes, docChanged, effects }) {
    for (const each of effects) if (each.is(setCompilerMessages)) return each.value;
    if (!docChanged) return value;
    const shown = value.shown.map((each) => {
      const from = changes.mapPos(each.from);
      return { ...each, from, to: Math.max(from, changes.mapPos(each.to)) };
    });
    return { ...value, shown };
  },
});

/** The compiler's messages about a file, at their places in the present text. */
function diagnosticsOf(file: string, doc: Text, all: readonly CompileMessage[]): Diagnostic[] {
  const own = all.filter((message) => ownPath(message.file) === file && message.line >= 1);
  return own.map(({ line, column, text }) => {
    const { from, to } = doc.line(Math.min(line, doc.lines));
    const source = english.language.compiler;
    return { from: Math.min(from + Math.max(column - 1, 0), to), to, severity: "error", source, message: text };
  });
}

/** Both find many mistakes. The compiler's message stays, because it decides. */
function withoutDoubles(typescript: readonly Diagnostic[], compiler: readonly Diagnostic[], doc: Text): Diagnostic[] {
  const keyOf = ({ from, message }: Diagnostic) => `${doc.lineAt(from).number} ${message.split(":", 1)}`;
  const known = new Set(compiler.map(keyOf));
  return [...typescript.filter((each) => !known.has(keyOf(each))), ...compiler];
}

export function messagesIn(file: string): Extension {
  const diagnostics = async ({ state }: EditorView): Promise<Diagnostic[]> => {
    const { doc } = state;
    const problems = (await askLanguage("problems", file)) ?? [];
    // If the text has changed since, the answer is for nothing, and CodeMirror asks again.
    const typescript = problems.map(({ from, to, severity, text }) => ({
      from: Math.min(from, doc.length),
      to: Math.min(to, doc.length),
      severity,
      source: english.language.typescript,
      message: text,
    }));
    return withoutDoubles(typescript, state.field(compilerMessages).shown, doc);
  };
  const isNews = (effects: readonly StateEffect<unknown>[]) =>
    effects.some((each) => each.is(setCompilerMessages) || each.is(refresh));
  return [
    compilerMessages,
    linter(diagnostics, {
      delay: PAUSE,
      needsRefresh: ({ transactions }) => transactions.some(({ effects }) => isNews(effects)),
    }),
  ];
}

/** Shows the messages about the file of the view. */
export function showCompilerMessages(view: EditorView, file: string, all: readonly CompileMessage[]): void {
  const present = view.state.field(compilerMessages, false);
  if (!present || present.all === all) return;
  const shown = diagnosticsOf(file, view.state.doc, all);
  view.dispatch({ effects: setCompilerMessages.of({ all, shown }) });
  forceLinting(view);
}

/** Asks for all messages again. */
export function refreshMessages(view: EditorView): void {
  view.dispatch({ effects: refresh.of(null) });
  forceLinting(view);
}
