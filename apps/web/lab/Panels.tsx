/** The panel that is shown, below the tabs of all panels. */
import { english } from "./english";
import { panel } from "./panel";
import { PANELS } from "./panels";

/** Arrow keys move between the tabs, as in every list of tabs. */
function step(event: KeyboardEvent): void {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (by === undefined) return;
  const at = PANELS.findIndex(({ id }) => id === panel.peek());
  const next = PANELS[(at + by + PANELS.length) % PANELS.length];
  if (!next) return;
  panel.value = next.id;
  document.getElementById(`tab-${next.id}`)?.focus();
}

export function Panels() {
  const shown = PANELS.find(({ id }) => id === panel.value);
  if (!shown) throw new Error(`there is no panel ${panel.value}`);
  const { id, component: Component } = shown;
  if (PANELS.length === 1) return <Component />;
  return (
    <>
      <div class="panel-tabs" role="tablist" aria-label={english.panels} onKeyDown={step}>
        {PANELS.map((each) => (
          <button
            type="button"
            key={each.id}
            id={`tab-${each.id}`}
            role="tab"
            aria-selected={each.id === id}
            aria-controls="panel"
            tabIndex={each.id === id ? 0 : -1}
            onClick={() => {
              panel.value = each.id;
            }}
          >
            {each.title}
          </button>
        ))}
      </div>
      <div id="panel" role="tabpanel" aria-labelledby={`tab-${id}`}>
        <Component />
      </div>
    </>
  );
}
