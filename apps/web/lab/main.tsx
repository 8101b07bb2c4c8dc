/** The lab's page. */
import { render } from "preact";
import { followScheme } from "../draw/colours";
import { followProgress } from "./exercises/progress";
import { followStorage } from "./files";
import { LabApp } from "./LabApp";
import { followEdits, startWorker } from "./lab";

followScheme();
followStorage();
followProgress();
void startWorker();
followEdits();
render(<LabApp />, document.getElementById("app") as HTMLElement);
