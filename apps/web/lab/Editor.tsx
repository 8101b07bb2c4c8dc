/** The editor: CodeMirror with one state for each file, so that each keeps its own undo and its own place. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
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
import { english } from "./english";
import { edit, files, path, replaced, sources, type Target, target } from "./files";
import { messages } from "./lab";
import { languageState } from "./language/client";
import { readingSupport, writingSupport } from "./language/extensions";
import { refreshMessages, showCompilerMessages } from "./language/messages";
import { cursor } from "./trail";

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

/** What both files to write and files to read have. */
const shared = (file: string): Extension => [
  LOOKS,
  bracketMatching(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  EditorView.contentAttributes.of({ "aria-label": english.editor(file), tabindex: "0" }),
  EditorView.updateListener.of(({ docChanged, selectionSet, state }) => {
    if (docChanged || selectionSet) cursor.value = { file, offset: state.selection.main.head };
  }),
];

function stateOf(file: string): EditorState {
  const source = sources.peek().get(file);
  if (source !== undefined) {
    const extensions = [readingSupport(file), shared(file), EditorState.readOnly.of(true), KEYS];
    return EditorState.create({ doc: source, extensions });
  }
  return EditorState.create({
    doc: textOf(file),
    extensions: [
      // First, so that whoever else listens asks about the present text.
      EditorView.updateListener.of(({ docChanged, state }) => {
        if (docChanged) edit(file, state.doc.toString());
      }),
      writingSupport(file),
      shared(file),
      history(),
      indentOnInput(),
      lintGutter(),
      KEYS,
    ],
  });
}

function offsetOf(place: Target, doc: Text): number {
  return "line" in place ? doc.line(Math.min(place.line, doc.lines)).from : Math.min(place.offset, doc.length);
}

const textOf = (file: string): string => sources.peek().get(file) ?? files.peek().get(file) ?? "";

/** Drops the states of files whose texts were replaced. The others keep their undo and their place. */
function dropOldStates(states: Map<string, EditorState>): void {
  for (const [file, { doc }] of states) if (doc.toString() !== textOf(file)) states.delete(file);
}

export function Editor() {
  const parent = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const states = new Map<string, EditorState>();
    let shown = path.peek();
    let version = replaced.peek();
    const view = new EditorView({ parent: parent.current as HTMLElement, state: stateOf(shown) });
    const noteCursor = () => {
      cursor.value = { file: shown, offset: view.state.selection.main.head };
    };
    noteCursor();
    const ends = [
      effect(() => {
        const [next, latest] = [path.value, replaced.value];
        if (next === shown && latest === version) return;
        states.set(shown, view.state);
        if (latest !== version) dropOldStates(states);
        const isOther = next !== shown || !states.has(next);
        [shown, version] = [next, latest];
        if (isOther) view.setState(states.get(next) ?? stateOf(next));
        noteCursor();
      }),
      effect(() => {
        const [file, all] = [path.value, messages.value];
        void replaced.value;
        showCompilerMessages(view, file, all);
      }),
      effect(() => {
        if (languageState.value === "ready") refreshMessages(view);
      }),
      effect(() => {
        const { value: place } = target;
        if (!place) return;
        const offset = offsetOf(place, view.state.doc);
        view.dispatch({ selection: { anchor: offset }, effects: EditorView.scrollIntoView(offset, { y: "center" }) });
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
