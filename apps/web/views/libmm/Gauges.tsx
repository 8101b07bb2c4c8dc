/** How full the slab allocators and slot allocators are, and how often they were refilled. */
import type { Gauge } from "../../../../observe/columns/gauges";
import { formatBytes, formatCount } from "../../../../observe/text/quantities";
import { english } from "../../english";

const words = english.libmm;

/** Less than this part free is marked. */
const LOW = 0.1;

function GaugeTable({ title, gauges }: { title: string; gauges: readonly Gauge[] }) {
  return (
    <table class="gauges">
      <caption>{title}</caption>
      <thead>
        <tr>
          <th>{words.allocator}</th>
          <th>{words.inUse}</th>
          <th class="number">{words.free}</th>
          <th class="number">{words.total}</th>
          <th class="number">{words.refills}</th>
        </tr>
      </thead>
      <tbody>
        {gauges.map(({ name, free, total, blockSize, refills, failedRefills }) => (
          <tr key={name}>
            <th scope="row">
              {name} {blockSize > 0 && <span class="soft">{formatBytes(blockSize)}</span>}
            </th>
            <td>
              <span class="bar" data-low={total > 0 && free / total < LOW}>
                <i style={{ inlineSize: `${total === 0 ? 0 : (1 - free / total) * 100}%` }} />
              </span>
              <span class="unseen">{words.part(total === 0 ? 0 : 1 - free / total)}</span>
            </td>
            <td class="number">{formatCount(free)}</td>
            <td class="number">{formatCount(total)}</td>
            <td class="number">
              {formatCount(refills)}
              {failedRefills > 0 && <span class="wrong"> {words.failed(failedRefills)}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Gauges({ gauges }: { gauges: readonly Gauge[] }) {
  return (
    <section>
      <h3>{words.allocators}</h3>
      <GaugeTable title={words.slabs} gauges={gauges.filter(({ kind }) => kind === "slabs")} />
      <GaugeTable title={words.slots} gauges={gauges.filter(({ kind }) => kind === "slots")} />
    </section>
  );
}
