/** The 32 bits of a word, in fields with their names; below it, a table that says what each field means. */
import { useSignal } from "@preact/signals";
import type { BitField } from "../../../../observe/decode/descriptor";
import { english } from "../../english";

const widthOf = ({ high, low }: BitField) => high - low + 1;
const bitsText = ({ high, low }: BitField) => (high === low ? `${high}` : `${high}:${low}`);
const binary = (field: BitField) => field.value.toString(2).padStart(widthOf(field), "0");

/** A name that fits above the bits: `AP` for `AP[1:0]`. */
const shortName = (field: BitField) => (widthOf(field) > 2 ? field.name : field.name.replace(/\[.*/, ""));

/** Wide values are hexadecimal. */
function valueText(field: BitField): string {
  return widthOf(field) > 4 ? `0x${field.value.toString(16)}` : binary(field);
}

export function BitDiagram({ fields, label }: { fields: readonly BitField[]; label: string }) {
  const words = english.walk;
  const pointed = useSignal<number | null>(null);
  const point = (index: number | null) => () => {
    pointed.value = index;
  };
  return (
    <div class="bits" onPointerLeave={point(null)}>
      <div class="bit-row" aria-hidden="true">
        {fields.map((field, index) => (
          <div
            key={field.low}
            class={`bit-field${index % 2 === 1 ? " odd" : ""}`}
            data-pointed={pointed.value === index}
            style={{ gridColumn: `span ${widthOf(field)}` }}
            onPointerEnter={point(index)}
          >
            <span class="bit-name" data-narrow={widthOf(field) < 4}>
              {shortName(field)}
            </span>
            <span class="bit-digits">
              {[...binary(field)].map((digit, bit) => (
                <span key={bit} data-set={digit === "1"}>
                  {digit}
                </span>
              ))}
            </span>
            <span class="bit-ends">
              <span>{field.high}</span>
              {field.high !== field.low && widthOf(field) > 2 && <span>{field.low}</span>}
            </span>
          </div>
        ))}
      </div>
      <table class="meanings" aria-label={label}>
        <thead>
          <tr>
            <th>{words.bits}</th>
            <th>{words.field}</th>
            <th>{words.value}</th>
            <th>{words.meaning}</th>
          </tr>
        </thead>
        <tbody>
          {fields
            .filter(({ meaning }) => meaning !== "")
            .map((field) => (
              <tr
                key={field.low}
                data-pointed={fields.indexOf(field) === pointed.value}
                onPointerEnter={point(fields.indexOf(field))}
              >
                <td class="mono">{bitsText(field)}</td>
                <th scope="row" class="mono">
                  {field.name}
                </th>
                <td class="mono">{valueText(field)}</td>
                <td>{field.meaning}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
