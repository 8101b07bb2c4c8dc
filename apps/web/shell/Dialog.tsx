/** A modal dialog with a title and a button that closes it. Escape closes it, too. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { english } from "../english";
import { type DialogName, openDialog } from "./dialogs";
import { IconButton } from "./Icon";

export function Dialog({ name, title, children }: { name: DialogName; title: string; children: ComponentChildren }) {
  const ref = useRef<HTMLDialogElement>(null);
  const isOpen = openDialog.value === name;
  useEffect(() => {
    if (isOpen && !ref.current?.open) ref.current?.showModal();
    if (!isOpen) ref.current?.close();
  }, [isOpen]);
  const close = () => {
    if (openDialog.peek() === name) openDialog.value = null;
  };
  return (
    <dialog
      ref={ref}
      aria-labelledby={`${name}-title`}
      onClose={close}
      onMouseDown={(event) => {
        if (event.target === event.currentTarget) close();
      }}
    >
      {isOpen && (
        <div class="dialog">
          <header>
            <h2 id={`${name}-title`}>{title}</h2>
            <IconButton name="close" label={english.close} onClick={close} />
          </header>
          {children}
        </div>
      )}
    </dialog>
  );
}
