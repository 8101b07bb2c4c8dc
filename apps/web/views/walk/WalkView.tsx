/** The page-table walk: how the MMU translates one virtual address, step by step. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { permissionText } from "../../../../observe/decode/descriptor";
import type { MmuRegisters, TlbEntry } from "../../../../observe/decode/mmu-state";
import { type DataFault, faultStatusText, type PageWalk, type WalkStep } from "../../../../observe/decode/page-walk";
import { formatAddress, formatBytes } from "../../../../observe/text/quantities";
import { english } from "../../english";
import type { Moment } from "../../moment";
import { select, selection } from "../../state";
import { useExportedDrawing } from "../shared/exported-drawing";
import { GoTo } from "../shared/GoTo";
import { defineView } from "../view";
import { BitDiagram } from "./BitDiagram";
import { walkDrawing } from "./drawing";

const words = english.walk;
const MOST_ADDRESSES = 8;

/** A virtual address of up to eight hexadecimal digits, with or without 0x; null for any other text. */
function parseAddress(text: string): number | null {
  const match = /^\s*(?:0x)?([0-9a-f]{1,8})\s*$/i.exec(text);
  return match ? Number.parseInt(match[1] as string, 16) : null;
}

function AddressField({ va }: { va: number | null }) {
  const text = useSignal(va === null ? "" : formatAddress(va));
  const isWrong = useSignal(false);
  useEffect(() => {
    text.value = va === null ? "" : formatAddress(va);
    isWrong.value = false;
  }, [va]);
  const step = (bytes: number) => select({ kind: "address", va: ((va ?? 0) + bytes) >>> 0 });
  return (
    <form
      class="view-tools"
      onSubmit={(event) => {
        event.preventDefault();
        const next = parseAddress(text.value);
        isWrong.value = next === null;
        if (next !== null) select({ kind: "address", va: next });
      }}
    >
      <label>
        {words.address}{" "}
        <input
          class="mono address"
          type="text"
          value={text.value}
          spellcheck={false}
          autocomplete="off"
          aria-invalid={isWrong.value}
          aria-describedby="walk-wrong"
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit">{words.translate}</button>
      <button type="button" onClick={() => step(-0x1000)} aria-label={words.pageBefore}>
        −4 KiB
      </button>
      <button type="button" onClick={() => step(0x1000)} aria-label={words.pageAfter}>
        +4 KiB
      </button>
      <span id="walk-wrong" role="status" class="wrong">
        {isWrong.value ? words.wrong : ""}
      </span>
    </form>
  );
}

/** The address in the parts that find its entries. */
function AddressParts({ va }: { va: number }) {
  const parts = [
    { name: words.l1Index, width: 12, value: va >>> 20 },
    { name: words.l2Index, width: 8, value: (va >>> 12) & 0xff },
    { name: words.offset, width: 12, value: va & 0xfff },
  ];
  return (
    <ol class="address-parts" aria-label={words.parts}>
      {parts.map(({ name, width, value }) => (
        <li key={name} style={{ flexGrow: width }}>
          <span class="soft">{name}</span>
          <span class="mono">{value.toString(2).padStart(width, "0")}</span>
          <span class="mono strong">
            {value} <span class="soft">0x{value.toString(16)}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

function Step({ title, children, kind }: { title: ComponentChildren; children: ComponentChildren; kind?: string }) {
  return (
    <li class={`walk-step ${kind ?? ""}`}>
      <h3>{title}</h3>
      {children}
    </li>
  );
}

function DescriptorStep({ step }: { step: WalkStep }) {
  const { level, index, at, descriptor } = step;
  return (
    <Step
      kind={descriptor === null || descriptor.kind === "fault" || descriptor.kind === "reserved" ? "bad" : ""}
      title={
        <>
          {words.descriptor(level)}
          <span class="tag">{descriptor ? words.kinds[descriptor.kind] : words.noDram}</span>
          {descriptor && <span class="mono strong">{formatAddress(descriptor.word)}</span>}
        </>
      }
    >
      <p class="soft">
        {words.entry(index, level === 1 ? 4096 : 256)}{" "}
        <GoTo to={{ kind: "entry", at }} title={words.selectEntry}>
          <span class="mono">{formatAddress(at)}</span>
        </GoTo>
      </p>
      {descriptor && <BitDiagram fields={descriptor.fields} label={words.fieldsOf(level)} />}
    </Step>
  );
}

function Access({ name, fault }: { name: string; fault: DataFault | null }) {
  return (
    <li class={fault ? "refused" : "allowed"}>
      <strong>
        <span aria-hidden="true">{fault ? "✕" : "✓"}</span> {name}
      </strong>
      <span>
        {fault ? (
          <>
            {words.faults(fault.name)} {fault.reason}{" "}
            <span class="mono soft">DFSR 0x{fault.status.toString(16).padStart(3, "0")}</span>
          </>
        ) : (
          words.allowed
        )}
      </span>
    </li>
  );
}

function Outcome({ walk: { target, read, write } }: { walk: PageWalk }) {
  return (
    <Step
      kind={target ? "good" : "bad"}
      title={
        target ? (
          <>
            {words.physical}
            <GoTo to={{ kind: "page", base: target.pa - (target.pa % 4096) }} open="memory" title={words.showPage}>
              <span class="mono strong">{formatAddress(target.pa)}</span>
            </GoTo>
            {!target.isDram && <span class="tag">{words.noDram}</span>}
          </>
        ) : (
          words.noPhysical
        )
      }
    >
      <ul class="accesses">
        <Access name={words.load} fault={read} />
        <Access name={words.store} fault={write} />
      </ul>
      {target && (
        <dl class="facts">
          <dt>{words.size}</dt>
          <dd>{formatBytes(target.size)}</dd>
          <dt>{words.permission}</dt>
          <dd>
            AP {target.attributes.ap.toString(2).padStart(3, "0")}: {permissionText(target.attributes.ap)}
          </dd>
          <dt>{words.execution}</dt>
          <dd>{target.attributes.executeNever ? words.never : words.possible}</dd>
          <dt>{words.memory}</dt>
          <dd>{target.attributes.memory}</dd>
          <dt>{words.sharing}</dt>
          <dd>
            {target.attributes.shareable ? words.shareable : words.notShareable};{" "}
            {target.attributes.global ? words.global : words.notGlobal}; {words.domain(target.domain)}
          </dd>
        </dl>
      )}
    </Step>
  );
}

function Tlb({
  va,
  tlb,
  stale,
}: {
  va: number;
  tlb: TlbEntry | null;
  stale: { isStale: boolean; because: string } | null;
}) {
  const state = stale === null ? words.tlbNothing : stale.isStale ? words.tlbStale : words.tlbFresh;
  return (
    <section class="detail tlb" data-stale={stale?.isStale === true}>
      <h3>
        {words.tlb((va >>> 12) & 0xff)}
        <span class="tag">{state}</span>
      </h3>
      {stale?.isStale && <p class="wrong">{words.staleWarning(stale.because)}</p>}
      {tlb === null ? (
        <p class="soft">{words.tlbEmpty}</p>
      ) : (
        <>
          {stale === null && <p class="soft">{words.tlbOther}</p>}
          <dl class="facts">
            <dt>{words.page}</dt>
            <dd class="mono">
              <GoTo to={{ kind: "address", va: tlb.va }}>{formatAddress(tlb.va)}</GoTo> →{" "}
              <GoTo to={{ kind: "page", base: tlb.pa }} open="memory">
                {formatAddress(tlb.pa)}
              </GoTo>
            </dd>
            <dt>{words.size}</dt>
            <dd>{words.partOf(formatBytes(tlb.size))}</dd>
            <dt>{words.permission}</dt>
            <dd>{words.tlbAccess(tlb.readable, tlb.writable, tlb.executeNever)}</dd>
          </dl>
        </>
      )}
    </section>
  );
}

function Registers({ registers }: { registers: MmuRegisters }) {
  const { isOn, ttbr0, ttbr1, ttbcr, dacr, dfsr, dfar } = registers;
  const lastAbort = dfsr === 0 ? words.noAbort : words.abort(faultStatusText(dfsr), formatAddress(dfar));
  return (
    <section class="detail">
      <h3>{words.registers}</h3>
      <dl class="facts">
        <dt>SCTLR.M</dt>
        <dd>{isOn ? words.mmuOn : words.mmuOff}</dd>
        <dt>TTBR0</dt>
        <dd class="mono">{formatAddress(ttbr0)}</dd>
        <dt>TTBR1</dt>
        <dd class="mono">{formatAddress(ttbr1)}</dd>
        <dt>TTBCR</dt>
        <dd>{words.ttbcr(ttbcr & 7)}</dd>
        <dt>DACR</dt>
        <dd class="mono">{formatAddress(dacr)}</dd>
        <dt>DFSR</dt>
        <dd>
          {lastAbort}
          {dfsr !== 0 && (
            <>
              {" "}
              <GoTo to={{ kind: "address", va: dfar }}>{words.showAbort}</GoTo>
            </>
          )}
        </dd>
      </dl>
    </section>
  );
}

/** Offers the walk as a picture. */
function ExportedWalk({ walk: shown }: { walk: PageWalk }) {
  useExportedDrawing("typefish-walk", () => walkDrawing(shown));
  return null;
}

function WalkView({ moment: { walk: part } }: { moment: Moment<"walk"> }) {
  const { walk, registers, tlb, stale, addresses } = part;
  return (
    <div class="split walk">
      <div class="main-part">
        <AddressField va={walk?.va ?? null} />
        {addresses.length > 1 && (
          <p class="soft also">
            {words.also(addresses.length)}{" "}
            {[...addresses.subarray(0, MOST_ADDRESSES)].map((va) => (
              <GoTo key={va} to={{ kind: "address", va }}>
                <span class="mono">{formatAddress(va)}</span>
              </GoTo>
            ))}
            {addresses.length > MOST_ADDRESSES && " …"}
          </p>
        )}
        {walk === null ? (
          <p class="quiet">{selection.value === null ? words.nothing : words.notMapped}</p>
        ) : (
          <>
            <ExportedWalk walk={walk} />
            <AddressParts va={walk.va} />
            <ol class="walk-steps">
              <Step
                title={
                  walk.register ? (
                    <>
                      {walk.register.name}
                      <span class="mono strong">{formatAddress(walk.register.value)}</span>
                    </>
                  ) : (
                    words.noTable
                  )
                }
              >
                <p class="soft">{walk.register ? words.base(walk.register.name) : words.flat}</p>
              </Step>
              {walk.steps.map((step) => (
                <DescriptorStep key={step.level} step={step} />
              ))}
              <Outcome walk={walk} />
            </ol>
          </>
        )}
      </div>
      <div class="side-part">
        {walk && <Tlb va={walk.va} tlb={tlb} stale={stale} />}
        <Registers registers={registers} />
      </div>
    </div>
  );
}

export const walk = defineView({
  id: "walk",
  title: words.title,
  about: words.about,
  needs: ["walk"],
  followsSelection: true,
  component: WalkView,
});
