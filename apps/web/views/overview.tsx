import { english } from "../english";
import type { Moment } from "../moment";
import { defineView } from "./view";

function Overview({ moment }: { moment: Moment<"counts"> }) {
  const { capabilities, mappings } = moment.counts;
  return <p>{english.overview.counts(capabilities, mappings)}</p>;
}

export const overview = defineView({
  id: "memory",
  title: english.overview.title,
  about: english.overview.about,
  needs: ["counts"],
  component: Overview,
});
