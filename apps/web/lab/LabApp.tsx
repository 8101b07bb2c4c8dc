/** The lab's frame: toolbar, files and editor, results. */
import { unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useEffect, useRef } from "preact/hooks";
import { packSubmission, unpackSubmission } from "../../../lab/zip";
import { nextScheme, scheme } from "../draw/colours";
import { saveFile } from "../draw/export";
import { english as inspector } from "../english";
import { StoredHere } from "../offline/StoredHere";
import { Dialog } from "../shell/Dialog";
import { openDialog } from "../shell/dialogs";
import { IconButton } from "../shell/Icon";
import { Name } from "../shell/Name";
import { Editor, LOOKS } from "./Editor";
import { english } from "./english";
import { ExerciseBar } from "./exercises/ExerciseBar";
import { check, filesToSave } from "./exercises/exercises";
import { FileDialogs } from "./FileDialogs";
import { FileTabs } from "./FileTabs";
import {
  files,
  importFiles,
  isInConflict,
  keepMine,
  openMilestone,
  path,
  resetFile,
  takeTheirs,
  workspace,
} from "./files";
import { built, grade, isReady, isRunning, stop, work } from "./lab";
import { languageState } from "./language/client";
import { notice } from "./notice";
import { Panels } from "./Panels";
import { Problems } from "./Problems";

function exportZip(): void {
  const zip = new Blob([packSubmission(filesToSave())], { type: "application/zip" });
  saveFile(`typefish-${workspace.peek().exercise ?? "lab"}.zip`, zip);
}

async function importZip(file: File): Promise<void> {
  try {
    const texts = unpackSubmission(new Uint8Array(await file.arrayBuffer()));
    openMilestone();
    importFiles(texts);
    notice.value = english.imported(texts.size);
  } catch (error) {
    notice.value = english.importFailed(file.name, (error as Error).message);
  }
}

function LabToolbar() {
  const file = useRef<HTMLInputElement>(null);
  return (
    <header class="toolbar">
      <Name>
        {" "}
        <span class="soft">{english.lab}</span>
      </Name>
      <a class="to-inspector" href="./index.html" title={english.toInspector}>
        {english.inspector}
      </a>
      <div class="spacer" />
      <div class="tools" role="toolbar" aria-label={english.tools}>
        <IconButton name="open" label={english.import} onClick={() => file.current?.click()} />
        <input
          ref={file}
          type="file"
          accept=".zip"
          class="unseen"
          tabIndex={-1}
          aria-label={english.import}
          onChange={(event) => {
            const [chosen] = event.currentTarget.files ?? [];
            if (chosen) void importZip(chosen);
            event.currentTarget.value = "";
          }}
        />
        <IconButton name="save" label={english.export} onClick={exportZip} />
        <IconButton
          name="reset"
          label={english.reset}
          disabled={!workspace.value.start.has(path.value)}
          onClick={() => {
            openDialog.value = "reset";
          }}
        />
        <IconButton name={scheme.value} label={inspector.toolbar.schemes[scheme.value]} onClick={nextScheme} />
      </div>
      {isRunning.value ? (
        <button type="button" onClick={stop}>
          {english.stop}
        </button>
      ) : (
        <button
          type="button"
          class="primary"
          disabled={!isReady.value}
          onClick={workspace.value.exercise === null ? grade : check}
        >
          {workspace.value.exercise === null ? english.grade : english.exercises.check}
        </button>
      )}
    </header>
  );
}

function statusText(): string {
  if (!isReady.value) return english.status.loading;
  if (work.value) return work.value.progress.text;
  if (!built.value || built.value.files !== files.value) return english.status.changed;
  const { problems } = built.value.answer;
  return problems.length > 0 ? english.status.broken(problems.length) : english.status.compiles;
}

function Status() {
  const share = work.value?.progress.share ?? 0;
  return (
    <div class="status">
      <p role="status">{statusText()}</p>
      <progress
        hidden={isReady.value && work.value === null}
        value={share > 0 ? share : undefined}
        aria-label={statusText()}
      />
    </div>
  );
}

/** Says that TypeScript is not there, while it is not. */
function LanguageStatus() {
  const { value: state } = languageState;
  if (state === "ready") return null;
  return (
    <p class="soft language-status" data-state={state}>
      {english.language[state]}
    </p>
  );
}

function Difference({ file }: { file: string }) {
  const parent = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const original = workspace.value.start.get(file) ?? "";
    const view = new EditorView({
      parent: parent.current as HTMLElement,
      state: EditorState.create({
        doc: files.peek().get(file) ?? "",
        extensions: [
          LOOKS,
          EditorState.readOnly.of(true),
          EditorView.contentAttributes.of({ "aria-label": english.editor(file), tabindex: "0" }),
          unifiedMergeView({ original, mergeControls: false, collapseUnchanged: {} }),
        ],
      }),
    });
    return () => view.destroy();
  }, [file]);
  return <div class="difference" ref={parent} />;
}

function ResetDialog() {
  const { value: file } = path;
  const isSame = files.value.get(file) === workspace.value.start.get(file);
  const close = () => {
    openDialog.value = null;
  };
  return (
    <Dialog name="reset" title={english.resetTitle(file)}>
      <p>{isSame ? english.resetNothing : english.resetText}</p>
      {!isSame && <Difference file={file} />}
      <div class="buttons">
        <button type="button" onClick={close}>
          {english.cancel}
        </button>
        <button
          type="button"
          class="primary"
          disabled={isSame}
          onClick={() => {
            resetFile(file);
            close();
          }}
        >
          {english.resetYes}
        </button>
      </div>
    </Dialog>
  );
}

function Conflict() {
  if (!isInConflict.value) return null;
  return (
    <div class="conflict" role="alert">
      <p>{english.conflict}</p>
      <button type="button" onClick={keepMine}>
        {english.keepMine}
      </button>
      <button type="button" onClick={takeTheirs}>
        {english.takeTheirs}
      </button>
    </div>
  );
}

function Notice() {
  const { value: text } = notice;
  return (
    <div class="lab-notice" role="status" hidden={text === null}>
      <p>{text}</p>
      <IconButton
        name="close"
        label={inspector.close}
        onClick={() => {
          notice.value = null;
        }}
      />
    </div>
  );
}

export function LabApp() {
  return (
    <div class="lab">
      <LabToolbar />
      <main class="lab-main">
        <div class="work">
          <Conflict />
          <ExerciseBar />
          <FileTabs />
          <Editor />
        </div>
        <section class="results" aria-label={english.results}>
          <Notice />
          <Status />
          <LanguageStatus />
          <Problems />
          <Panels />
          <div class="soft lab-about">
            {english.about.map((text) => (
              <p key={text}>{text}</p>
            ))}
            <StoredHere />
          </div>
        </section>
      </main>
      <ResetDialog />
      <FileDialogs />
    </div>
  );
}
