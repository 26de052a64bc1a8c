import type { ShownStatus } from '../../protocol/table.js';

/** A shape for each status, so that color is not needed to tell them apart. */
const shapes: Readonly<Record<ShownStatus, string>> = {
  running: '●',
  completed: '✓',
  stopped: '◼',
  failed: '✕',
  crashed: '✕',
  damaged: '!',
};

export function Status({ status, short = false }: { readonly status: ShownStatus; readonly short?: boolean }) {
  return (
    <span class={`status ${status}`} title={short ? status : undefined}>
      <span aria-hidden="true">{shapes[status]}</span> <span class={short ? 'only-read' : ''}>{status}</span>
    </span>
  );
}
