/** What the page is, and its keys. */
import { english } from "../english";
import { StoredHere } from "../offline/StoredHere";
import { goToStep } from "../tour/tour";
import { Dialog } from "./Dialog";
import { openDialog } from "./dialogs";

export function HelpDialog() {
  const text = english.help;
  return (
    <Dialog name="help" title={text.title}>
      {text.paragraphs.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
      <p class="start-tour">
        <button
          type="button"
          class="primary"
          onClick={() => {
            openDialog.value = null;
            void goToStep(1);
          }}
        >
          {english.tour.start}
        </button>{" "}
        <span class="soft">{english.tour.startAbout}</span>
      </p>
      <div class="key-tables">
        {text.groups.map(({ title, keys }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl class="keys">
              {keys.map(([names, meaning]) => (
                <div key={meaning}>
                  <dt>
                    {names.map((name) => (
                      <kbd key={name}>{name}</kbd>
                    ))}
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <StoredHere />
    </Dialog>
  );
}
