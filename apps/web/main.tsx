/** The inspector's page. */
import { render } from "preact";
import { followScheme } from "./draw/colours";
import { startOffline } from "./offline/start";
import { followState } from "./present";
import { App, viewsOnScreen } from "./shell/App";
import { listenToKeys } from "./shell/keys";
import { followAddress, tour } from "./state";
import { followPlay } from "./time";
import { goToStep } from "./tour/tour";

followScheme();
followAddress();
followState(viewsOnScreen);
followPlay();
listenToKeys();
render(<App />, document.getElementById("app") as HTMLElement);
startOffline();
// A link may name only a step, without the run and the moment that the tour finds for it.
if (/^#tour=\d$/.test(location.hash)) void goToStep(tour.peek());
