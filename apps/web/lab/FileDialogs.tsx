/** Dialogs that make, rename and delete files of the learner's own. */
import { useState } from "preact/hooks";
import { Dialog } from "../shell/Dialog";
import type { DialogName } from "../shell/dialogs";
import { english } from "./english";
import { addFile, deleteFile, files, path, problemOfNewFile, renameFile } from "./files";

const { fileDialogs: texts } = english;

/** Closes the dialog around an element at once. Only then can anything else get the focus. */
function closeAround({ currentTarget }: { currentTarget: Element }): void {
  currentTarget.closest("dialog")?.close();
}

interface NameFormProps {
  start: string;
  action: string;
  /** Called with a path that is allowed. */
  onName(path: string): void;
}

function NameForm({ start, action, onName }: NameFormProps) {
  const [name, setName] = useState(start);
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <form
      class="name-form"
      onSubmit={(event) => {
        event.preventDefault();
        const file = name.endsWith(".ts") ? name : `${name}.ts`;
        const reason = problemOfNewFile(file, files.peek());
        setProblem(reason);
        if (reason !== null) return;
        closeAround(event);
        onName(file);
      }}
    >
      <p id="file-name-help">{texts.where}</p>
      <label>
        {texts.name}
        <input
          type="text"
          class="mono"
          value={name}
          autofocus
          spellcheck={false}
          autocapitalize="off"
          aria-describedby="file-name-help file-name-problem"
          aria-invalid={problem !== null}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <p id="file-name-problem" class="bad" role="alert">
        {problem}
      </p>
      <div class="buttons">
        <button type="button" onClick={closeAround}>
          {english.cancel}
        </button>
        <button type="submit" class="primary">
          {action}
        </button>
      </div>
    </form>
  );
}

function NameDialog({ name, title, ...form }: NameFormProps & { name: DialogName; title: string }) {
  return (
    <Dialog name={name} title={title}>
      <NameForm {...form} />
    </Dialog>
  );
}

export function FileDialogs() {
  const { value: file } = path;
  return (
    <>
      <NameDialog name="new-file" title={texts.newTitle} start="libmm/" action={texts.newYes} onName={addFile} />
      <NameDialog
        name="rename-file"
        title={texts.renameTitle(file)}
        start={file}
        action={texts.renameYes}
        onName={(to) => renameFile(file, to)}
      />
      <Dialog name="delete-file" title={texts.deleteTitle(file)}>
        <p>{texts.deleteText}</p>
        <div class="buttons">
          <button type="button" autofocus onClick={closeAround}>
            {english.cancel}
          </button>
          <button
            type="button"
            class="primary"
            onClick={(event) => {
              closeAround(event);
              deleteFile(file);
            }}
          >
            {texts.deleteYes}
          </button>
        </div>
      </Dialog>
    </>
  );
}
