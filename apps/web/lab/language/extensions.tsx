/** The language service in CodeMirror: messages, documentation, completion, signatures, and going to definitions. */
import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  type Completion as Option,
  pickedCompletion,
} from "@codemirror/autocomplete";
import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { EditorView, hoverTooltip, keymap, showTooltip, type Tooltip, type ViewUpdate } from "@codemirror/view";
import { english } from "../english";
import { goBack, goForward, goToDefinition } from "../navigation";
import type { Completion, Description, Hover, Signature } from "./answers";
import { askLanguage } from "./client";
import { Described, elementOf } from "./documentation";
import { messagesIn } from "./messages";

function tooltipContent(described: Description, offset?: number): HTMLElement {
  const link = offset !== undefined && (
    <button type="button" class="link" onClick={() => void goToDefinition(offset)}>
      {english.language.definition}
    </button>
  );
  return elementOf(<Described {...described}>{link}</Described>);
}

function tooltipOf(hover: Hover): Tooltip {
  return {
    pos: hover.from,
    end: hover.to,
    above: true,
    create: () => ({ dom: tooltipContent(hover, hover.from) }),
  };
}

const documentation = (file: string): Extension =>
  hoverTooltip(async (_, offset) => {
    const hover = await askLanguage("hover", file, offset);
    return hover && tooltipOf(hover);
  });

/** The tooltip at the cursor: a signature while arguments are written, or documentation that a key has asked for. */
const setTooltip = StateEffect.define<Tooltip | null>();
const tooltipAtCursor = StateField.define<Tooltip | null>({
  create: () => null,
  update(shown, { effects, selection, docChanged, changes }) {
    for (const each of effects) if (each.is(setTooltip)) return each.value;
    if (selection && !docChanged) return null;
    return shown && { ...shown, pos: changes.mapPos(shown.pos) };
  },
  provide: (field) => showTooltip.from(field),
});

function signatureTooltip({ declaration, documentation: text, from, to }: Signature, pos: number): Tooltip {
  const marked = (
    <>
      {declaration.slice(0, from)}
      <strong>{declaration.slice(from, to)}</strong>
      {declaration.slice(to)}
    </>
  );
  return {
    pos,
    above: true,
    create: () => ({ dom: elementOf(<Described declaration={marked} documentation={text} />) }),
  };
}

/** Is the cursor after an open parenthesis or a comma that was typed just now, or does a signature show already? */
function isInArguments({ state, docChanged }: ViewUpdate): boolean {
  const { head } = state.selection.main;
  return docChanged && (/[(,]/.test(state.sliceDoc(head - 2, head)) || state.field(tooltipAtCursor) !== null);
}

const signatures = (file: string): Extension =>
  EditorView.updateListener.of(async (update) => {
    if (!isInArguments(update)) return;
    const { view, state } = update;
    const { head } = state.selection.main;
    const signature = await askLanguage("signature", file, head);
    if (view.state.doc !== state.doc) return;
    view.dispatch({ effects: setTooltip.of(signature && signatureTooltip(signature, head)) });
  });

/** TypeScript's kinds as CodeMirror's, which have icons. */
const KINDS: Readonly<Record<string, string>> = {
  const: "constant",
  "enum member": "enum",
  getter: "property",
  let: "variable",
  parameter: "variable",
  "local var": "variable",
  var: "variable",
  alias: "function",
};

function optionOf(file: string, completion: Completion, from: number): Option {
  const detailsAt = (offset: number) => askLanguage("completion", file, offset, completion);
  return {
    label: completion.name,
    type: KINDS[completion.kind] ?? completion.kind,
    sortText: completion.order + completion.name,
    ...(completion.imported && { detail: completion.imported.source, boost: -1 }),
    async info() {
      const details = await detailsAt(from);
      return details && tooltipContent(details);
    },
    apply(view, option, start, end) {
      view.dispatch({
        changes: { from: start, to: end, insert: completion.name },
        selection: { anchor: start + completion.name.length },
        annotations: pickedCompletion.of(option),
      });
      if (completion.imported) void addImport(view, detailsAt(start));
    },
  };
}

/** Adds the import that a completed name needs. The learner types on in the meantime, below the imports. */
async function addImport(view: EditorView, asked: ReturnType<typeof askLanguage<"completion">>): Promise<void> {
  const { doc } = view.state;
  const { changes = [] } = (await asked) ?? {};
  const end = Math.max(0, ...changes.map(({ to }) => to));
  const isSame = view.state.sliceDoc(0, end) === doc.sliceString(0, end);
  if (changes.length > 0 && isSame) view.dispatch({ changes });
}

const completion = (file: string): Extension =>
  autocompletion({
    override: [
      async (context: CompletionContext): Promise<CompletionResult | null> => {
        const word = context.matchBefore(/[\w$]+/);
        const isAfterPoint = context.matchBefore(/\./) !== null;
        if (!word && !isAfterPoint && !context.explicit) return null;
        const from = word?.from ?? context.pos;
        const found = (await askLanguage("completions", file, context.pos)) ?? [];
        return { from, options: found.map((each) => optionOf(file, each, from)), validFor: /^[\w$]*$/ };
      },
    ],
  });

/** Shows the documentation of the name at the cursor. */
async function showDocumentation(file: string, view: EditorView): Promise<void> {
  const hover = await askLanguage("hover", file, view.state.selection.main.head);
  if (hover) view.dispatch({ effects: setTooltip.of(tooltipOf(hover)) });
}

function closeTooltip(view: EditorView): boolean {
  if (view.state.field(tooltipAtCursor) === null) return false;
  view.dispatch({ effects: setTooltip.of(null) });
  return true;
}

/** Keys that start something; its result shows later. */
const keys = (file: string): Extension =>
  keymap.of([
    { key: "F12", run: (view) => starts(goToDefinition(view.state.selection.main.head)) },
    { key: "Alt-ArrowLeft", mac: "Ctrl--", run: () => starts(goBack()) },
    { key: "Alt-ArrowRight", mac: "Ctrl-Shift--", run: () => starts(goForward()) },
    { key: "Mod-k Mod-i", run: (view) => starts(showDocumentation(file, view)) },
    { key: "Escape", run: closeTooltip },
  ]);

function starts(_: Promise<unknown>): true {
  return true;
}

const clicks = EditorView.domEventHandlers({
  mousedown(event, view) {
    if (!(event.ctrlKey || event.metaKey) || event.button !== 0) return false;
    const offset = view.posAtCoords({ x: event.clientX, y: event.clientY });
    if (offset === null) return false;
    event.preventDefault();
    // The place to come back to.
    view.dispatch({ selection: { anchor: offset } });
    void goToDefinition(offset);
    return true;
  },
});

/** For a source of the project, which cannot be changed. */
export const readingSupport = (file: string): Extension => [tooltipAtCursor, documentation(file), keys(file), clicks];

/** For a file of the learner's. */
export const writingSupport = (file: string): Extension => [
  readingSupport(file),
  messagesIn(file),
  signatures(file),
  completion(file),
];
