import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

/** What a key does in the view that is open. */
export interface KeyBinding {
  /** As in `KeyboardEvent.key`. */
  readonly key: string;
  /** For the help: `open the run`. */
  readonly does: string;
  readonly run: (event: KeyboardEvent) => void;
}

const open = signal<readonly { readonly current: readonly KeyBinding[] }[]>([]);

/** Binds keys as long as the component is there. They are not seen while a person types. */
export function useKeys(bindings: readonly KeyBinding[]): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  useEffect(() => {
    open.value = [...open.value, latest];
    return () => {
      open.value = open.value.filter((other) => other !== latest);
    };
  }, []);
}

/** The keys that do something now. */
export function boundKeys(): readonly KeyBinding[] {
  return open.value.flatMap(({ current }) => current);
}

/** Starts to listen. */
export function startKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && hasOwnKeys(event.target, event.key)) return;
    const binding = boundKeys().findLast(({ key }) => key === event.key);
    if (binding === undefined) return;
    event.preventDefault();
    binding.run(event);
  });
}

/** Whether an element does something by itself with a key. */
function hasOwnKeys(element: Element, key: string): boolean {
  if (element.closest('dialog[open]') !== null) return true;
  if (element.matches('textarea, select, [contenteditable]')) return true;
  if (element instanceof HTMLInputElement) return element.type !== 'checkbox' || key === ' ';
  return (key === 'Enter' || key === ' ') && element.matches('a, button, summary');
}
