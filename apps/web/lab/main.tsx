/** The lab's page. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { followScheme } from "../draw/colours";
import { startOffline } from "../offline/start";
import { followStorage } from "./files";
import { LabApp } from "./LabApp";
import { followEdits, isReady, startWorker } from "./lab";
import { startLanguage } from "./language/client";

followScheme();
followStorage();
void startWorker();
followEdits();
// The compiler comes first.
effect(() => {
  if (isReady.value) void startLanguage();
});
render(<LabApp />, document.getElementById("app") as HTMLElement);
startOffline();
