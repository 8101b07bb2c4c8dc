/** The lab's page. */
import { render } from "preact";
import { followScheme } from "../draw/colours";
import { startOffline } from "../offline/start";
import { followStorage } from "./files";
import { LabApp } from "./LabApp";
import { followEdits, startWorker } from "./lab";

followScheme();
followStorage();
void startWorker();
followEdits();
render(<LabApp />, document.getElementById("app") as HTMLElement);
startOffline();
