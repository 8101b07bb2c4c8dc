/** Chooses what to run: scenarios, board, memory, policy. */
import { signal, useSignal } from "@preact/signals";
import { boards } from "../../../machines/boards/index";
import type { ListedScenario } from "../../../observe/scenario-lines";
import { POLICIES } from "../../../system/libmm/layout/mm-policies";
import { english } from "../english";
import { LAST_CALL, type Run, START } from "../place";
import { ask } from "../present";
import { isSelected, withToggled } from "../scenario-pattern";
import { call, run, selection } from "../state";
import { Dialog } from "./Dialog";
import { openDialog } from "./dialogs";

const MEMORIES = [16, 32, 64, 128, 256, 512, 1024];

/** The list of all scenarios; asked for once. */
const listed = signal<readonly ListedScenario[]>([]);

async function fetchScenarios(): Promise<void> {
  if (listed.peek().length > 0) return;
  const system = new URL("system/", document.baseURI).href;
  listed.value = await ask("scenarios", { run: START.run, system });
}

function ScenarioList({ scenario, onChange }: { scenario: string; onChange(scenario: string): void }) {
  const all = listed.value;
  const groups = [...new Set(all.map(({ group }) => group))];
  return (
    <div class="scenario-list">
      {groups.map((group) => (
        <fieldset key={group}>
          <legend>{group}</legend>
          {all
            .filter((each) => each.group === group)
            .map((each) => (
              <label key={each.id}>
                <input
                  type="checkbox"
                  checked={isSelected(scenario, each)}
                  onChange={() => onChange(withToggled(scenario, each, all))}
                />
                <span class="mono">{each.id}</span>
                <span>{each.title}</span>
              </label>
            ))}
        </fieldset>
      ))}
    </div>
  );
}

function RunForm() {
  const text = english.run;
  const wanted = useSignal<Run>(run.peek());
  const change = (part: Partial<Run>) => {
    wanted.value = { ...wanted.peek(), ...part };
  };
  const submit = (event: Event) => {
    event.preventDefault();
    openDialog.value = null;
    call.value = LAST_CALL;
    selection.value = null;
    const { lab: _, ...chosen } = wanted.value;
    run.value = { ...chosen, scenario: chosen.scenario.replace(/\s+/g, "") };
  };
  const { scenario, board, memory, libmm } = wanted.value;
  return (
    <form class="run-form" onSubmit={submit}>
      <label>
        <span>{text.scenario}</span>
        <input
          type="text"
          class="mono"
          value={scenario}
          maxLength={200}
          pattern="[!-~\s]*"
          autocomplete="off"
          spellcheck={false}
          aria-describedby="scenario-hint"
          onInput={(event) => change({ scenario: event.currentTarget.value })}
        />
      </label>
      <p id="scenario-hint" class="soft">
        {text.scenarioHint}
      </p>
      <fieldset class="presets">
        <legend class="unseen">{text.presets}</legend>
        {text.presetList.map(([pattern, title]) => (
          <button
            type="button"
            key={pattern}
            aria-pressed={scenario === pattern}
            onClick={() => change({ scenario: pattern })}
          >
            <span class="mono">{pattern || text.none}</span>
            <span class="soft">{title}</span>
          </button>
        ))}
      </fieldset>
      <details class="all-scenarios" onToggle={() => void fetchScenarios()}>
        <summary>{text.all}</summary>
        <ScenarioList scenario={scenario} onChange={(next) => change({ scenario: next })} />
      </details>
      <div class="fields">
        <label>
          <span>{text.memory}</span>
          <select value={memory} onChange={(event) => change({ memory: Number(event.currentTarget.value) })}>
            {MEMORIES.map((mib) => (
              <option key={mib} value={mib}>
                {text.memorySize(mib)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{text.board}</span>
          <select value={board} onChange={(event) => change({ board: event.currentTarget.value })}>
            {boards.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          <span>{text.libmm}</span>
          <select value={libmm} onChange={(event) => change({ libmm: event.currentTarget.value })}>
            {POLICIES.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </div>
      <footer>
        <button type="submit" class="primary">
          {text.start}
        </button>
      </footer>
    </form>
  );
}

export function RunDialog() {
  return (
    <Dialog name="run" title={english.run.title}>
      <RunForm />
    </Dialog>
  );
}
