import { english } from "../english";
import { callNumber, info, moment, progress, trouble } from "../present";
import { view } from "../state";
import { findView, VIEWS } from "../views/registry";

export function App() {
  const present = findView(view.value);
  const { component: Component } = present;
  const isComplete = moment.value !== null && present.needs.every((part) => part in (moment.value as object));
  return (
    <>
      <header class="bar">
        <h1>{english.title}</h1>
        <nav aria-label="Views">
          {VIEWS.map(({ id, title }) => (
            <button
              type="button"
              key={id}
              aria-current={id === present.id ? "page" : undefined}
              onClick={() => {
                view.value = id;
              }}
            >
              {title}
            </button>
          ))}
        </nav>
        <p>{info.value && english.atCall(callNumber.value, info.value.lastCall)}</p>
      </header>
      <main>
        <h2>{present.title}</h2>
        {trouble.value && <p role="alert">{trouble.value}</p>}
        {progress.value && <progress value={progress.value.share} aria-label={progress.value.text} />}
        {isComplete && <Component moment={moment.value as never} />}
      </main>
    </>
  );
}
