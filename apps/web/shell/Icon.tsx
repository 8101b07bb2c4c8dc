/** Icons as outlines of 16 x 16. The text beside or the label of the button says what they mean. */

const PATHS = {
  lab: "m5 4-3.5 4L5 12M11 4l3.5 4-3.5 4M9 3 7 13",
  reset: "M3.5 6.5A5 5 0 1 1 3 9.5M3 3v3.5h3.5",
  first: "M4 3v10M13 3 6 8l7 5z",
  back: "M11 3 5 8l6 5z",
  play: "M4.5 3v10l8-5z",
  pause: "M5 3v10M11 3v10",
  forward: "m5 3 6 5-6 5z",
  last: "M12 3v10M3 3l7 5-7 5z",
  open: "M2 12.5v-9h4l1.5 2H14v7z",
  save: "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11",
  link: "M6.5 9.5 9.5 6.5M7 5l2-2a2.8 2.8 0 0 1 4 4l-2 2M9 11l-2 2a2.8 2.8 0 0 1-4-4l2-2",
  picture: "M2 3h12v10H2zM2 11l3.5-3.5L8 10l2.5-2.5L14 11M10.5 5.5h.01",
  auto: "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
  light: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
  dark: "M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z",
  help: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM6.2 6.2a1.9 1.9 0 1 1 2.6 1.9c-.6.3-.8.6-.8 1.3M8 11.4h.01",
  tour: "M4 14V2M4 3h8l-2 2.7L12 8.5H4",
  fold: "m3 6 5 5 5-5",
  unfold: "m3 10 5-5 5 5",
  close: "m4 4 8 8M12 4l-8 8",
  add: "M8 3v10M3 8h10",
  rename: "m3 13 .6-2.8L11 2.8 13.2 5l-7.4 7.4zM9.5 4.3l2.2 2.2",
  delete: "M3 4.5h10M6.5 4.5V2.5h3v2M4.5 4.5l.5 9h6l.5-9M6.8 7v4M9.2 7v4",
  definition: "M2.5 8h7M7 5.5 9.5 8 7 10.5M13 3v10",
  earlier: "M13 4v8M10 8H2.5M5.5 5l-3 3 3 3",
  later: "M3 4v8M6 8h7.5M10.5 5l3 3-3 3",
  run: "M2 4h12M2 8h12M2 12h12M5 2.8v2.4M11 6.8v2.4M7 10.8v2.4",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

interface IconButtonProps {
  name: IconName;
  /** What the button does; also its tooltip, with the key. */
  label: string;
  keyName?: string;
  disabled?: boolean;
  class?: string;
  onClick(): void;
}

export function IconButton({ name, label, keyName, disabled, onClick, class: more = "" }: IconButtonProps) {
  return (
    <button
      type="button"
      class={`icon-button ${more}`}
      aria-label={label}
      aria-keyshortcuts={keyName}
      title={keyName ? `${label} (${keyName})` : label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={name} />
    </button>
  );
}
