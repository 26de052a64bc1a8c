import { formatCount, printableText } from '@forge-ml/core/text';
import type { Divergence } from '../live/first-not-finite.js';
import { Section } from './section.js';

interface DivergedProps {
  readonly divergence: Divergence;
  readonly onZoom: () => void;
  /** Null if the run stores no code. */
  readonly onCode: (() => void) | null;
}

/** Where a run diverged, and the way there. */
export function Diverged({ divergence: { metric, value, step }, onZoom, onCode }: DivergedProps) {
  return (
    <Section title="Diverged">
      <p>
        first {value}: {printableText(metric)} at step {formatCount(step)}
      </p>
      <div class="form-buttons">
        <button type="button" class="plain-button" onClick={onZoom}>
          Zoom there
        </button>
        {onCode !== null && (
          <button type="button" class="plain-button" onClick={onCode}>
            Its code then
          </button>
        )}
      </div>
    </Section>
  );
}
