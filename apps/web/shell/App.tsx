/** The page's frame: toolbar, tabs, the view, what is beside it, and the time. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { english } from "../english";
import { info, moment, notice, progress, trouble } from "../present";
import { run, view } from "../state";
import { isCollected } from "../timeline";
import { TourCard } from "../tour/TourCard";
import { besideOf, findView, keyOfView, VIEWS } from "../views/registry";
import type { View } from "../views/view";
import { HelpDialog } from "./HelpDialog";
import { LabCard } from "./LabCard";
import { RunDialog } from "./RunDialog";
import { SelectionBar } from "./SelectionBar";
import { TimeBar } from "./TimeBar";
import { Toolbar } from "./Toolbar";

const wide = matchMedia("(min-width: 1200px)");
/** Is there room beside the view? */
export const isWide = signal(wide.matches);
wide.addEventListener("change", ({ matches }) => {
  isWide.value = matches;
});

/** The views that are on the screen. */
export function viewsOnScreen(id: string): readonly View[] {
  return isWide.value ? [findView(id), ...besideOf(findView(id).id)] : [findView(id)];
}

/** The component of a view, as soon as the moment has the parts that it needs. */
function Shown({ needs, component: Component }: View) {
  const present = moment.value;
  const isComplete = present !== null && needs.every((part) => part in present);
  return isComplete ? <Component moment={present as never} /> : null;
}

function Tabs({ chosen }: { chosen: View }) {
  const nav = useRef<HTMLElement>(null);
  // On narrow screens the tabs scroll.
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [chosen]);
  return (
    <nav class="tabs" aria-label={english.views} ref={nav}>
      {VIEWS.map(({ id, title }, index) => (
        <button
          type="button"
          key={id}
          aria-current={id === chosen.id ? "page" : undefined}
          aria-keyshortcuts={keyOfView(index)}
          onClick={() => {
            view.value = id;
          }}
        >
          <span>{title}</span>
          <span class="key" aria-hidden="true">
            {keyOfView(index)}
          </span>
        </button>
      ))}
    </nav>
  );
}

function Trouble({ text }: { text: string }) {
  return (
    <div class="trouble" role="alert">
      <h3>{english.trouble}</h3>
      <p>{text}</p>
      {run.value.memory > 64 && (
        <button
          type="button"
          class="primary"
          onClick={() => {
            run.value = { ...run.value, memory: 64 };
          }}
        >
          {english.useLessMemory}
        </button>
      )}
    </div>
  );
}

export function App() {
  const chosen = findView(view.value);
  const beside = isWide.value ? besideOf(chosen.id) : [];
  return (
    <div class="page">
      <Toolbar />
      {/* Room is kept for it, so that nothing moves. */}
      <div class="progress" data-shown={progress.value !== null || undefined}>
        {progress.value && (
          <progress
            value={progress.value.share || undefined}
            aria-label={progress.value.text || english.progress.wait}
          />
        )}
      </div>
      <Tabs chosen={chosen} />
      <main class="main">
        <header class="view-head">
          <h2>{chosen.title}</h2>
          <SelectionBar />
          <p class="soft about">{chosen.about}</p>
          <LabCard />
        </header>
        <div
          class="view"
          data-view={chosen.id}
          data-call={moment.value?.call}
          data-collected={isCollected.value || undefined}
        >
          {trouble.value ? <Trouble text={trouble.value} /> : <Shown key={chosen.id} {...chosen} />}
          {!trouble.value && progress.value && moment.value === null && (
            <p class="soft waiting">{progress.value.text}</p>
          )}
        </div>
      </main>
      {beside.length > 0 && (
        <aside class="beside" aria-label={english.beside}>
          {beside.map((each) => (
            <section key={each.id} class={`panel panel-${each.id}`} aria-labelledby={`panel-${each.id}`}>
              <h2 id={`panel-${each.id}`}>{each.title}</h2>
              <div class="panel-body">{info.value && <Shown {...each} />}</div>
            </section>
          ))}
        </aside>
      )}
      <TimeBar />
      <div class="notice" role="status" data-shown={notice.value !== null || undefined}>
        {notice.value}
      </div>
      <TourCard />
      <RunDialog />
      <HelpDialog />
    </div>
  );
}
