/** What both pages of the site do about visits without a network: keep the site, ask about new versions, forget it all. */
import { render } from "preact";
import { english } from "./english";
import { deleteEverything, keepForOffline } from "./offline";
import { UpdateNotice } from "./UpdateNotice";

/** Beside the page's own tree, so that neither page needs to know about it. */
const root = document.createElement("div");

export function startOffline(): void {
  document.body.append(root);
  render(<UpdateNotice />, root);
  keepForOffline();
}

function Deleted() {
  return (
    <main class="all-deleted">
      <h1>{english.stored.done}</h1>
      <p>
        <a href={location.pathname}>{english.stored.again}</a>
      </p>
      <p class="soft">{english.stored.againNote}</p>
    </main>
  );
}

/** Deletes everything that is stored, and takes the page away: it would store its files again. */
export async function deleteAndLeave(): Promise<void> {
  await deleteEverything();
  render(null, document.getElementById("app") as HTMLElement);
  render(<Deleted />, root);
}
