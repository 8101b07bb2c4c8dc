/** The inspector's page. */
import { render } from "preact";
import { followScheme } from "./draw/colours";
import { followState } from "./present";
import { App, viewsOnScreen } from "./shell/App";
import { listenToKeys } from "./shell/keys";
import { followAddress } from "./state";
import { followPlay } from "./time";

followScheme();
followAddress();
followState(viewsOnScreen);
followPlay();
listenToKeys();
render(<App />, document.getElementById("app") as HTMLElement);
