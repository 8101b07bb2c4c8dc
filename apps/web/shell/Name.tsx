/** The project's name with its picture, at the top left of each page. */
import type { ComponentChildren } from "preact";

/** `children` name the page. */
export function Name({ children }: { children?: ComponentChildren }) {
  return (
    <h1>
      <svg class="logo" viewBox="0 0 16 16" width="22" height="22" aria-hidden="true">
        <rect width="16" height="16" rx="3" />
        <path d="M3 3h4v4H3z" />
        <path d="M9 3h4v4H9z" opacity=".6" />
        <path d="M3 9h4v4H3z" opacity=".6" />
        <path d="M9 9h4v4H9z" opacity=".25" />
      </svg>
      <span class="name">Typefish</span>
      {children}
    </h1>
  );
}
