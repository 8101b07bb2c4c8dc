/** The bar at the top: what runs, files, link, picture, colours, help. */
import { useRef } from "preact/hooks";
import { nextScheme, scheme } from "../draw/colours";
import { exported, savePicture } from "../draw/export";
import { english } from "../english";
import { info, inform } from "../present";
import { openRecording, saveRecording } from "../recordings";
import { run, tour } from "../state";
import { goToStep } from "../tour/tour";
import { openDialog } from "./dialogs";
import { Icon, IconButton } from "./Icon";
import { Name } from "./Name";

async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    inform(english.toolbar.linkCopied);
  } catch {
    inform(english.toolbar.linkNotCopied);
  }
}

export function Toolbar() {
  const text = english.toolbar;
  const { scenario, memory, libmm } = run.value;
  const file = useRef<HTMLInputElement>(null);
  const picture = exported.value;
  return (
    <header class="toolbar">
      <Name />
      <button
        type="button"
        class="run-button"
        title={text.chooseRun}
        aria-keyshortcuts="r"
        onClick={() => {
          openDialog.value = "run";
        }}
      >
        <Icon name="run" />
        <span class="mono">{info.value?.file ?? (scenario || english.run.none)}</span>
        {info.value?.file === undefined && (
          <span class="soft wide">
            {english.run.memorySize(memory)} · {libmm}
          </span>
        )}
      </button>
      <div class="spacer" />
      <div class="tools" role="toolbar" aria-label={text.label}>
        <a class="icon-button" href="./lab.html" title={text.lab} aria-label={text.lab}>
          <Icon name="lab" />
        </a>
        <IconButton name="open" label={text.open} onClick={() => file.current?.click()} />
        <input
          ref={file}
          type="file"
          class="unseen"
          tabIndex={-1}
          aria-label={text.open}
          onChange={(event) => {
            const [chosen] = event.currentTarget.files ?? [];
            if (chosen) void openRecording(chosen);
            event.currentTarget.value = "";
          }}
        />
        <IconButton name="save" label={text.save} disabled={info.value === null} onClick={() => void saveRecording()} />
        <IconButton name="link" label={text.link} onClick={() => void copyLink()} />
        <details class="menu">
          <summary class="icon-button" title={text.picture} aria-label={text.picture}>
            <Icon name="picture" />
          </summary>
          <div>
            {(["png", "svg"] as const).map((kind) => (
              <button
                type="button"
                key={kind}
                disabled={picture === null}
                onClick={(event) => {
                  event.currentTarget.closest("details")?.removeAttribute("open");
                  if (picture) void savePicture(picture, kind);
                }}
              >
                {text.pictureAs(kind.toUpperCase())}
              </button>
            ))}
            {picture === null && <p class="soft">{text.noPicture}</p>}
          </div>
        </details>
        <IconButton name={scheme.value} label={text.schemes[scheme.value]} onClick={nextScheme} />
        <IconButton name="tour" label={english.tour.start} onClick={() => void goToStep(tour.peek() || 1)} />
        <IconButton
          name="help"
          label={text.help}
          keyName="?"
          onClick={() => {
            openDialog.value = "help";
          }}
        />
      </div>
    </header>
  );
}
