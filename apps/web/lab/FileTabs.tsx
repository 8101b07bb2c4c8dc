/** The tabs of the files, and what can be done with them. */
import { useEffect, useRef } from "preact/hooks";
import { openDialog } from "../shell/dialogs";
import { IconButton } from "../shell/Icon";
import { english } from "./english";
import { files, path, sources } from "./files";
import { HANDOUT } from "./handout";
import { languageState } from "./language/client";
import { closeSource, goBack, goForward, goToDefinition } from "./navigation";
import { cursor, future, past } from "./trail";

const { fileTabs: texts } = english;

function Tab({ file }: { file: string }) {
  const ref = useRef<HTMLButtonElement>(null);
  const isShown = file === path.value;
  useEffect(() => {
    if (isShown) ref.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [isShown]);
  return (
    <button
      ref={ref}
      type="button"
      aria-current={isShown ? "page" : undefined}
      onClick={() => {
        path.value = file;
      }}
    >
      <span class="mono">{file}</span>
    </button>
  );
}

function SourceTab({ file }: { file: string }) {
  return (
    <span class="source-tab">
      <Tab file={file} />
      <IconButton name="close" label={texts.close(file)} onClick={() => closeSource(file)} />
    </span>
  );
}

function FileTools() {
  const isOwn = files.value.has(path.value) && !HANDOUT.has(path.value);
  const open = (name: "new-file" | "rename-file" | "delete-file") => () => {
    openDialog.value = name;
  };
  return (
    <div class="file-tools" role="toolbar" aria-label={texts.tools}>
      <IconButton name="add" label={texts.add} onClick={open("new-file")} />
      <IconButton name="rename" label={texts.rename} disabled={!isOwn} onClick={open("rename-file")} />
      <IconButton name="delete" label={texts.delete} disabled={!isOwn} onClick={open("delete-file")} />
      <span class="divider" />
      <IconButton
        name="definition"
        label={texts.definition}
        keyName="F12"
        disabled={languageState.value !== "ready"}
        onClick={() => void goToDefinition(cursor.peek()?.offset ?? 0)}
      />
      <IconButton
        name="earlier"
        label={texts.back}
        keyName="Alt+ArrowLeft"
        disabled={past.value.length === 0}
        onClick={() => void goBack()}
      />
      <IconButton
        name="later"
        label={texts.forward}
        keyName="Alt+ArrowRight"
        disabled={future.value.length === 0}
        onClick={() => void goForward()}
      />
    </div>
  );
}

export function FileTabs() {
  return (
    <div class="file-bar">
      <nav class="tabs" aria-label={english.files}>
        {[...files.value.keys()].map((file) => (
          <Tab key={file} file={file} />
        ))}
        {[...sources.value.keys()].map((file) => (
          <SourceTab key={file} file={file} />
        ))}
      </nav>
      <FileTools />
    </div>
  );
}
