/** Asks whether a new version of the site should be loaded. */
import { useSignal } from "@preact/signals";
import { english } from "./english";
import { newVersion } from "./offline";

export function UpdateNotice() {
  const isLater = useSignal(false);
  const { value: load } = newVersion;
  if (load === null || isLater.value) return null;
  return (
    <section class="update-notice" role="status" aria-label={english.newVersion}>
      <p>
        <strong>{english.newVersion}</strong> <span class="soft">{english.newVersionNote}</span>
      </p>
      <div class="buttons">
        <button
          type="button"
          onClick={() => {
            isLater.value = true;
          }}
        >
          {english.later}
        </button>
        <button type="button" class="primary" onClick={load}>
          {english.loadNow}
        </button>
      </div>
    </section>
  );
}
