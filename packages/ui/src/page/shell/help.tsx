import { Dialog } from '../parts/dialog.js';
import { boundKeys } from '../parts/keys.js';

const shown: Readonly<Record<string, string>> = {
  Escape: 'Esc',
  ArrowDown: '↓',
  ArrowUp: '↑',
  PageDown: 'Page ↓',
  PageUp: 'Page ↑',
};

/** The keys of the view that is open, over it. */
export function Help({ onClose }: { readonly onClose: () => void }) {
  const keysOf = new Map<string, string[]>();
  for (const { key, does } of boundKeys()) keysOf.set(does, [...(keysOf.get(does) ?? []), shown[key] ?? key]);
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="help">
        {[...keysOf].map(([does, keys]) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog" class="dialog-end">
        <button type="submit" class="button">
          Close
        </button>
      </form>
    </Dialog>
  );
}
