import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly onClose: () => void;
}

/** A dialog over the page. Escape and a click beside it close it; the focus returns to where it was. */
export function Dialog({ title, children, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current!.showModal();
    return () => {
      // A dialog that is taken away without being closed does not return the focus.
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  const clickBeside = (event: MouseEvent) => {
    if (event.target === dialog.current) dialog.current!.close();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, as the browser does it
    <dialog ref={dialog} class="dialog" aria-labelledby={id} onClose={onClose} onClick={clickBeside}>
      <div class="dialog-content">
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
