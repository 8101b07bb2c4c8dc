/** The inspector's page. */
import { render } from "preact";
import { followState } from "./present";
import { App } from "./shell/App";
import { followAddress } from "./state";

followAddress();
followState();
render(<App />, document.getElementById("app") as HTMLElement);
