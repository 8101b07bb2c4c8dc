/** The lab's page. */
import { render } from "preact";
import { followScheme } from "../draw/colours";
import { startOffline } from "../offline/start";
import { LabApp } from "./LabApp";
import { followEdits, followStorage, startWorker } from "./lab";

followScheme();
followStorage();
startWorker();
followEdits();
render(<LabApp />, document.getElementById("app") as HTMLElement);
startOffline();
