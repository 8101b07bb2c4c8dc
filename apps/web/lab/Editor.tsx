/** The editor: CodeMirror with one state for each file, so that each keeps its own undo and its own place. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { searchKeymap } from "@codemirror/search";
import { EditorState, type Extension, type Text } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { CompileMessage } from "../../../compile/compile-error";
import { english } from "./english";
import { edit, files, ownPath, path, replaced, target } from "./files";
import { messages } from "./lab";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], class: "tok-keyword" },
  { tag: [tags.comment], class: "tok-comment" },
  { tag: [tags.string, tags.number, tags.bool, tags.null], class: "tok-literal" },
  { tag: [tags.typeName, tags.className], class: "tok-type" },
  { tag: [tags.meta], class: "tok-meta" },
]);

/** What an editor for TypeScript shows, whether or not it can be changed. */
export const LOOKS: Extension = [
  lineNumbers(),
  drawSelection(),
  javascript({ typescript: true }),
  syntaxHighlighting(colours),
];

/** Escape, then Tab leaves the editor. */
const KEYS = keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...lintKeymap, indentWithTab]);

function stateOf(file: string, doc: string): EditorState {
  return EditorState.create({
    doc,
    extensions: [
      LOOKS,
      history(),
      indentOnInput(),
      bracketMatching(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      lintGutter(),
      KEYS,
      EditorView.contentAttributes.of({ "aria-label": english.editor(file), tabindex: "0" }),
      EditorView.updateListener.of(({ docChanged, state }) => {
        if (docChanged) edit(file, state.doc.toString());
      }),
    ],
  });
}

/** The messages about a file, at their places in the present text. */
function diagnosticsOf(file: string, doc: Text, all: readonly CompileMessage[]): Diagnostic[] {
  const own = all.filter((message) => ownPath(message.file) === file && message.line >= 1);
  return own.map(({ line, column, text }) => {
    const { from, to } = doc.line(Math.min(line, doc.lines));
    return { from: Math.min(from + Math.max(column - 1, 0), to), to, severity: "error", message: text };
  });
}

export function Editor() {
  const parent = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const states = new Map<string, EditorState>();
    let shown = path.peek();
    let version = replaced.peek();
    const textOf = (file: string) => files.peek().get(file) ?? "";
    const view = new EditorView({ parent: parent.current as HTMLElement, state: stateOf(shown, textOf(shown)) });
    const ends = [
      effect(() => {
        const [next, latest] = [path.value, replaced.value];
        if (next === shown && latest === version) return;
        if (latest !== version) states.clear();
        else states.set(shown, view.state);
        [shown, version] = [next, latest];
        view.setState(states.get(next) ?? stateOf(next, textOf(next)));
      }),
      effect(() => {
        const [file, all] = [path.value, messages.value];
        void replaced.value;
        view.dispatch(setDiagnostics(view.state, diagnosticsOf(file, view.state.doc, all)));
      }),
      effect(() => {
        if (!target.value) return;
        const { from } = view.state.doc.line(Math.min(target.value.line, view.state.doc.lines));
        view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
        view.focus();
      }),
    ];
    return () => {
      for (const end of ends) end();
      view.destroy();
    };
  }, []);
  return <div class="editor" ref={parent} />;
}
