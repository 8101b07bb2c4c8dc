/** The inspector's page. */
import { render } from "preact";
import { followScheme } from "./draw/colours";
import { followState } from "./present";
import { App, viewsOnScreen } from "./shell/App";
import { listenToKeys } from "./shell/keys";
import { followAddress } from "./state";
import { followPlay } from "./time";
import { followTour } from "./tour";

followScheme();
followAddress();
followState(viewsOnScreen);
followPlay();
followTour();
listenToKeys();
render(<App />, document.getElementById("app") as HTMLElement);
