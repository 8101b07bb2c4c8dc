/** What a view is. */
import type { ComponentType } from "preact";
import type { Moment, PartName } from "../moment";

export interface View<K extends PartName = PartName> {
  /** Word in the page's address. */
  id: string;
  title: string;
  /** One sentence below the title. */
  about: string;
  /** The parts of the moment that the component reads. */
  needs: readonly K[];
  /** The parts depend on the selection: they are fetched again when it changes. */
  followsSelection?: boolean;
  component: ComponentType<{ moment: Moment<K> }>;
}

/** Checks that a view's component reads only the parts that the view asks for. */
export function defineView<K extends PartName>(view: View<K>): View {
  return view as unknown as View;
}
