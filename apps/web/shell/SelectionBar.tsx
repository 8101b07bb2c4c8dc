/** What is selected, and the calls that changed it. */
import { formatAddress, formatBytes } from "../../../observe/text/quantities";
import { typeName } from "../../../system/kpi/object-types";
import { english } from "../english";
import type { Selection } from "../selection";
import { select, selection } from "../state";
import { goToTouching } from "../time";
import { Icon, IconButton } from "./Icon";

function selectionWords(selected: Selection): string {
  const text = english.selection;
  switch (selected.kind) {
    case "page":
      return text.page(formatAddress(selected.base));
    case "slot":
      return text.slot(formatAddress(selected.at));
    case "entry":
      return text.entry(formatAddress(selected.at));
    case "address":
      return text.address(formatAddress(selected.va));
    case "capability":
      return text.capability(typeName(selected.type), formatAddress(selected.base), formatBytes(selected.bytes));
  }
}

export function SelectionBar() {
  const text = english.selection;
  const selected = selection.value;
  return (
    <section class="selection" aria-label={text.label}>
      {selected ? (
        <>
          <span class="what">
            <i class="mark" />
            {selectionWords(selected)}
          </span>
          <button type="button" title={`${text.lastChange} (Shift+C)`} onClick={() => void goToTouching("backwards")}>
            <Icon name="earlier" /> <span>{text.lastChange}</span>
          </button>
          <button type="button" title={`${text.nextChange} (C)`} onClick={() => void goToTouching("forwards")}>
            <span>{text.nextChange}</span> <Icon name="later" />
          </button>
          <IconButton name="close" label={text.clear} keyName="Escape" onClick={() => select(null)} />
        </>
      ) : (
        <span class="soft">{text.none}</span>
      )}
    </section>
  );
}
