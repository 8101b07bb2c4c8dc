/** A link that selects something, here or in another view. */
import type { ComponentChildren } from "preact";
import type { Selection } from "../../selection";
import { hovered, select, view } from "../../state";

interface GoToProps {
  to: Selection;
  /** Id of the view that opens; the present one stays if absent. */
  open?: string;
  title?: string;
  children: ComponentChildren;
}

export function GoTo({ to, open, title, children }: GoToProps) {
  return (
    <button
      type="button"
      class="link"
      title={title}
      onClick={(event) => {
        event.stopPropagation();
        select(to);
        if (open !== undefined) view.value = open;
      }}
      onPointerEnter={() => {
        hovered.value = to;
      }}
      onPointerLeave={() => {
        hovered.value = null;
      }}
    >
      {children}
    </button>
  );
}
