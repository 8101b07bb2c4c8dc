/** Two policies of libmm side by side: the same scenarios, the same axis of time, the memory of both at each moment. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { formatBytes, formatCount } from "../../../../observe/text/quantities";
import { POLICIES } from "../../../../system/libmm/layout/mm-policies";
import { CurveChart } from "../../draw/CurveChart";
import { english } from "../../english";
import type { Moment } from "../../moment";
import { ask, callNumber, info } from "../../present";
import type { RunInfo } from "../../protocol";
import { against, run } from "../../state";
import { goTo } from "../../time";
import type { FragmentationSample } from "../../worker/fragmentation";
import type { ManagerView } from "../../worker/manager";
import { PieceStrip } from "../libmm/PieceStrip";
import { defineView } from "../view";
import { collectCurve } from "./curve";
import { SecondRun } from "./second-run";

const words = english.policies;
const PAGE = 4096;
/** Greatest parts on the axis of fragmentation. */
const SCALES = [0.05, 0.1, 0.25, 0.5, 1];
/** Rows of the table behind the curves. */
const ROWS = 12;

interface Side {
  name: string;
  /** Token of the colour. */
  token: string;
  samples: readonly FragmentationSample[];
}

/** The first line is narrow and drawn last, so that both can be seen where they are equal. */
const WIDTHS = [1.75, 4];

/** The latest sample at or before a call. */
function sampleAt(samples: readonly FragmentationSample[], call: number): FragmentationSample | undefined {
  return samples.findLast((sample) => sample.call <= call);
}

const percent = (part: number) => `${(part * 100).toFixed(SCALES.includes(part) || part === 0 ? 0 : 1)} %`;

/** The policy that a run is compared with if the reader chose none. */
function usualOther(policy: string): string {
  return policy === "buddy" ? "typefish" : "buddy";
}

/** Do the samples reach to the end of the run? */
function isWhole(samples: readonly FragmentationSample[], run: RunInfo | null): boolean {
  return run !== null && samples.at(-1)?.call === run.lastMoment;
}

function Memory({ policy, token, manager }: { policy: string; token: string; manager: ManagerView | null }) {
  const pieces = manager?.pieces;
  const figures = manager?.fragmentation;
  return (
    <section class="side">
      <h3>
        <i class="swatch" style={{ background: `var(${token})` }} /> {policy}
        {figures && <span class="soft">{words.figures(figures.freePieces, formatBytes(figures.largest * PAGE))}</span>}
      </h3>
      {pieces ? (
        <PieceStrip pieces={pieces} selected={-1} onSelect={() => {}} isExported={false} />
      ) : (
        <p class="quiet">{words.noManager}</p>
      )}
    </section>
  );
}

function PoliciesView({ moment: { libmm } }: { moment: Moment<"libmm"> }) {
  const mine = run.value.libmm;
  const isFile = info.value?.file !== undefined;
  const other = against.value || usualOther(mine);
  const samples = useSignal<readonly FragmentationSample[]>([]);
  const second = useMemo(
    () => (isFile ? null : new SecondRun({ ...run.value, libmm: other })),
    [run.value, other, isFile],
  );
  useEffect(() => () => second?.close(), [second]);
  useEffect(() => {
    const present = info.value;
    if (!present) return;
    let isWanted = true;
    samples.value = [];
    void collectCurve(
      ask,
      present,
      () => isWanted,
      (next) => {
        samples.value = next;
      },
    );
    return () => {
      isWanted = false;
    };
  }, [info.value]);

  const lastCall = Math.max(info.value?.lastMoment ?? 0, second?.info.value?.lastMoment ?? 0);
  const sides: Side[] = [
    { name: mine, token: "--curve-mine", samples: samples.value },
    { name: other, token: "--curve-other", samples: second?.samples.value ?? [] },
  ];
  const isComplete = isWhole(samples.value, info.value) && isWhole(sides[1]?.samples ?? [], second?.info.value ?? null);
  const all = sides.flatMap(({ samples: each }) => each);
  const greatest = (of: (sample: FragmentationSample) => number) =>
    all.reduce((most, each) => Math.max(most, of(each)), 0);
  const lines = (value: (sample: FragmentationSample) => number) =>
    sides.map(({ name, token, samples: each }, index) => ({
      name,
      token,
      points: each.map((sample) => ({ at: sample.call, value: value(sample) })),
      width: WIDTHS[index] as number,
    }));
  const axis = (title: string) => ({
    last: lastCall,
    marked: callNumber.value,
    placeText: (call: number) => words.afterCall(formatCount(call)),
    label: words.chart(title),
    onPick: goTo,
  });
  if (isFile) return <p class="quiet">{words.file}</p>;
  return (
    <div class="policies" aria-busy={!isComplete}>
      <div class="view-tools">
        <label>
          {words.compare(mine)}{" "}
          <select
            value={other}
            onChange={(event) => {
              against.value = event.currentTarget.value;
            }}
          >
            {POLICIES.filter((policy) => policy !== mine).map((policy) => (
              <option key={policy} value={policy}>
                {policy}
              </option>
            ))}
          </select>
        </label>
        <span class="soft" role="status">
          {second?.trouble.value ?? (second?.info.value ? "" : words.running(other))}
        </span>
      </div>
      <div class="sides">
        <Memory policy={mine} token="--curve-mine" manager={libmm} />
        <Memory policy={other} token="--curve-other" manager={second?.manager.value ?? null} />
      </div>
      <CurveChart
        title={words.fragmentation}
        name="typefish-fragmentation"
        isExported
        lines={lines(({ external }) => external)}
        most={SCALES.find((scale) => scale >= greatest(({ external }) => external)) ?? 1}
        text={percent}
        {...axis(words.fragmentation)}
      />
      <CurveChart
        title={words.largest}
        name="typefish-largest"
        lines={lines(({ largest }) => largest)}
        most={greatest(({ largest }) => largest)}
        text={(pages) => formatBytes(pages * PAGE)}
        {...axis(words.largest)}
      />
      <CurveChart
        title={words.freePieces}
        name="typefish-free-pieces"
        lines={lines(({ freePieces }) => freePieces)}
        most={greatest(({ freePieces }) => freePieces)}
        text={formatCount}
        {...axis(words.freePieces)}
      />
      <BehindTable sides={sides} lastCall={lastCall} />
    </div>
  );
}

function BehindTable({ sides, lastCall }: { sides: readonly Side[]; lastCall: number }) {
  const calls = Array.from({ length: ROWS + 1 }, (_, row) => Math.round((row / ROWS) * lastCall));
  return (
    <details class="behind">
      <summary>{words.asTable}</summary>
      <table class="plain">
        <thead>
          <tr>
            <th>{words.call}</th>
            {sides.map(({ name }) => (
              <th key={name} colSpan={2}>
                {name}: {words.columns}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <tr key={call}>
              <td class="number">{formatCount(call)}</td>
              {sides.flatMap(({ name, samples }) => {
                const sample = sampleAt(samples, call);
                return [
                  <td key={`${name} part`} class="number">
                    {sample ? percent(sample.external) : ""}
                  </td>,
                  <td key={`${name} largest`} class="number">
                    {sample ? formatBytes(sample.largest * PAGE) : ""}
                  </td>,
                ];
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

export const policies = defineView({
  id: "policies",
  title: words.title,
  about: words.about,
  needs: ["libmm"],
  component: PoliciesView,
});
