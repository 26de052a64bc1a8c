import { formatCount, printableText } from '@forge-ml/core/text';
import { useMemo } from 'preact/hooks';
import { codeLines } from './code-lines.js';
import type { DiffFile, DiffLine } from './diff.js';
import { Tokens } from './tokens.js';

/** A page with more is slow. */
const mostLines = 5_000;

/** A diff, file by file. */
export function DiffFiles({ files }: { readonly files: readonly DiffFile[] }) {
  return (
    <>
      {files.map((file) => (
        <details key={`${file.from} ${file.path}`} class="diff-file" open={file.lines.length <= 1_000}>
          <summary>
            <code>
              {file.from !== null && `${printableText(file.from)} → `}
              {printableText(file.path)}
            </code>
            {(file.change === 'added' || file.change === 'removed') && <span class="muted"> {file.change}</span>}
            <span class="diff-counts">
              {' '}
              <span class="diff-added">+{formatCount(file.added)}</span>{' '}
              <span class="diff-removed">−{formatCount(file.removed)}</span>
            </span>
          </summary>
          <Lines file={file} />
        </details>
      ))}
    </>
  );
}

const signs: Readonly<Record<DiffLine['kind'], string>> = {
  hunk: ' ',
  note: ' ',
  context: ' ',
  added: '+',
  removed: '−',
};

function Lines({ file: { path, lines } }: { readonly file: DiffFile }) {
  const shown = lines.slice(0, mostLines);
  const tokens = useMemo(() => shown.map(({ text, kind }) => tokensOf(text, kind, path)), [lines]);
  return (
    <section
      class="code-frame"
      aria-label={`Changes of ${printableText(path)}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <pre>
        {shown.map(({ kind, before, after }, at) => (
          <span key={at} class={`diff-line diff-${kind}`} data-before={before ?? ''} data-after={after ?? ''}>
            {signs[kind]}
            <Tokens tokens={tokens[at]!} />
            {'\n'}
          </span>
        ))}
      </pre>
      {lines.length > mostLines && <p class="muted">{formatCount(lines.length - mostLines)} more lines.</p>}
    </section>
  );
}

function tokensOf(text: string, kind: DiffLine['kind'], path: string) {
  const isCode = kind === 'context' || kind === 'added' || kind === 'removed';
  return codeLines(text, isCode ? path : '')[0]!;
}
