/** The bar at the bottom: steps, play, errors, and a slider over the whole run. */
import { useRef } from "preact/hooks";
import { formatCount } from "../../../observe/text/quantities";
import { colour } from "../draw/colours";
import { type Draw, Picture } from "../draw/Picture";
import { english } from "../english";
import { callNumber, detail, info } from "../present";
import { goTo, goToError, isPlaying, SPEEDS, speed, step, togglePlay } from "../time";
import { timeline } from "../timeline";
import { IconButton } from "./Icon";

/** Scenarios and errors behind the slider. */
function Track() {
  const run = info.value;
  const known = timeline.value;
  const sections = run?.scenarios ?? [];
  const draw: Draw = (pen, { width, height }) => {
    const last = Math.max(1, run?.lastMoment ?? 1);
    const x = (at: number) => (at / last) * width;
    pen.fillStyle = colour("--sunken");
    pen.fillRect(0, 0, width, height);
    sections.forEach(({ first, last: end, ok }, index) => {
      pen.fillStyle = colour(ok === false ? "--error-soft" : index % 2 ? "--band" : "--band-strong");
      pen.fillRect(x(first), 0, Math.max(1, x(end) - x(first)), height);
    });
    if (!known) return;
    pen.fillStyle = colour("--error");
    let drawn = -1;
    for (let at = 1; at <= known.known; at++) {
      const column = Math.floor(x(at));
      if (known.error[at] === 0 || column === drawn) continue;
      drawn = column;
      pen.fillRect(column, height - 4, 1, 4);
    }
  };
  return <Picture draw={draw} name="typefish-track" isExported={false} aria-hidden="true" />;
}

export function TimeBar() {
  const text = english.time;
  const last = info.value?.lastMoment ?? 0;
  const now = callNumber.value;
  const isReady = info.value !== null;
  const input = useRef<HTMLInputElement>(null);
  const isAtEnd = now >= last;
  return (
    <section class="time-bar" aria-label={text.bar}>
      <div class="steps" role="toolbar" aria-label={text.steps}>
        <IconButton
          name="first"
          label={text.first}
          keyName="Home"
          disabled={!isReady || now === 0}
          onClick={() => goTo(0)}
        />
        <IconButton
          name="back"
          label={text.back}
          keyName="←"
          disabled={!isReady || now === 0}
          onClick={() => step(-1)}
        />
        <IconButton
          name={isPlaying.value ? "pause" : "play"}
          label={isPlaying.value ? text.pause : text.play}
          keyName="Space"
          class="play"
          disabled={!isReady}
          onClick={togglePlay}
        />
        <IconButton
          name="forward"
          label={text.forward}
          keyName="→"
          disabled={!isReady || isAtEnd}
          onClick={() => step(1)}
        />
        <IconButton
          name="last"
          label={text.last}
          keyName="End"
          disabled={!isReady || isAtEnd}
          onClick={() => goTo(last)}
        />
        <label class="speed">
          <span class="unseen">{text.speed}</span>
          <select
            value={speed.value}
            onChange={(event) => {
              speed.value = Number(event.currentTarget.value);
            }}
          >
            {SPEEDS.map((each) => (
              <option key={each} value={each}>
                {text.callsASecond(each)}
              </option>
            ))}
          </select>
        </label>
        <span class="errors-nav">
          <IconButton
            name="earlier"
            label={text.earlierError}
            keyName="Shift+E"
            disabled={!isReady}
            onClick={() => goToError(-1)}
          />
          <span aria-hidden="true">{text.error}</span>
          <IconButton
            name="later"
            label={text.laterError}
            keyName="E"
            disabled={!isReady}
            onClick={() => goToError(1)}
          />
        </span>
      </div>
      <form
        class="call-number"
        onSubmit={(event) => {
          event.preventDefault();
          if (input.current) goTo(Number(input.current.value));
          input.current?.blur();
        }}
      >
        <label>
          <span>{text.afterCall}</span>
          <input
            ref={input}
            class="mono"
            type="number"
            min={0}
            max={last}
            value={now}
            disabled={!isReady}
            onBlur={(event) => {
              event.currentTarget.value = String(callNumber.peek());
            }}
          />
        </label>
        <span class="soft">{text.of(formatCount(last))}</span>
      </form>
      <p class="summary mono" data-refused={detail.value?.outcome === "refused" || undefined}>
        {detail.value && detail.value.number === now && (
          <>
            {detail.value.kind} = {detail.value.answer}
          </>
        )}
      </p>
      <div class="slider">
        <Track />
        <input
          type="range"
          min={0}
          max={Math.max(1, last)}
          step={1}
          value={now}
          disabled={!isReady}
          aria-label={text.slider}
          aria-valuetext={text.valueText(formatCount(now), formatCount(last))}
          onInput={(event) => goTo(Number(event.currentTarget.value))}
        />
      </div>
    </section>
  );
}
