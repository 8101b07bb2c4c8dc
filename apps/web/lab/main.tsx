/** The lab's page. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { followScheme } from "../draw/colours";
import { startOffline } from "../offline/start";
import { followProgress } from "./exercises/progress";
import { followStorage } from "./files";
import { LabApp } from "./LabApp";
import { followEdits, isReady, startWorker } from "./lab";
import { startLanguage } from "./language/client";

followScheme();
followStorage();
followProgress();
void startWorker();
followEdits();
// The compiler comes first.
effect(() => {
  if (isReady.value) void startLanguage();
});
render(<LabApp />, document.getElementById("app") as HTMLElement);
startOffline();
