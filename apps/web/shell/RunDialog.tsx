/** Chooses what to run: scenarios, board, memory, policy. */
import { useSignal } from "@preact/signals";
import { boards } from "../../../machines/boards/index";
import { POLICIES } from "../../../system/libmm/layout/mm-policies";
import { english } from "../english";
import { LAST_CALL, type Run } from "../place";
import { call, run, selection } from "../state";
import { Dialog } from "./Dialog";
import { openDialog } from "./dialogs";

const MEMORIES = [16, 32, 64, 128, 256, 512, 1024];

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
    run.value = { ...wanted.value, scenario: wanted.value.scenario.replace(/\s+/g, "") };
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
