/** A few choices side by side, of which one is chosen. */

interface SegmentsProps<T extends string> {
  label: string;
  options: readonly { id: T; text: string }[];
  value: T;
  onChange(id: T): void;
}

export function Segments<T extends string>({ label, options, value, onChange }: SegmentsProps<T>) {
  return (
    <fieldset class="segments">
      <legend class="unseen">{label}</legend>
      {options.map(({ id, text }) => (
        <label key={id}>
          <input type="radio" name={label} checked={id === value} onChange={() => onChange(id)} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
