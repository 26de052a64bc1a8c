import { printableLines, printableText } from '@forge-ml/core/text';
import type { MediaItem } from '../../../protocol/run-view.js';
import { Problem } from '../../parts/problem.js';
import { useLoad } from '../../parts/use-load.js';
import { useSource } from '../../source/use-source.js';

export function TextMedia({ id, item: { file, name } }: { readonly id: string; readonly item: MediaItem }) {
  const source = useSource();
  const { data, error } = useLoad(file, (signal) => source.mediaText(id, file, signal));
  if (error !== undefined) return <Problem message={error.message} hint={error.hint} />;
  return (
    <>
      <section
        class="media-frame"
        aria-label={`Text of ${printableText(name)}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        <pre>{printableLines(data?.text ?? '')}</pre>
      </section>
      {data?.truncated === true && <p class="muted">The text is longer: {printableText(file)}.</p>}
    </>
  );
}
