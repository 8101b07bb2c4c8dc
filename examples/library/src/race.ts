/** Lets two policies of libmm serve the same requests. */
import { makeTrace, race } from "typefish/node";

const trace = makeTrace("mix", 7, 8192, 2000);
for (const { policy, failures, utilization } of race(trace, ["typefish", "buddy"])) {
  const share = utilization === null ? "never full" : `full at ${Math.round(100 * utilization)} %`;
  console.log(`${policy}: ${failures} failures, ${share}`);
}
