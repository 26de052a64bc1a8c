import { printableText } from '@forge-ml/core/text';
import { useMemo } from 'preact/hooks';
import type { RunId } from '../../../protocol/overview.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Problem } from '../../parts/problem.js';
import { useLoad } from '../../parts/use-load.js';
import { useSource } from '../../source/use-source.js';
import { codeLines } from './code-lines.js';
import { Tokens } from './tokens.js';

interface CodeFileProps {
  readonly id: RunId;
  readonly version: number;
  readonly path: string;
}

/** A page with more is slow; the folder of the run has the rest. */
const mostLines = 10_000;

export function CodeFile({ id, version, path }: CodeFileProps) {
  const source = useSource();
  const { data, error } = useLoad(`${version} ${path}`, async (signal) => ({
    path,
    ...(await source.codeFile(id, version, path, signal)),
  }));
  const lines = useMemo(() => (data === undefined ? [] : codeLines(data.text, data.path)), [data]);
  if (error !== undefined) return <Problem message={error.message} hint={error.hint} />;
  if (data === undefined) return <div />;
  const isCut = data.truncated || lines.length > mostLines;
  return (
    <div class="code-file">
      <div class="code-heading">
        <code>{printableText(data.path)}</code>
        <CopyButton text={data.text} what={`the code of ${data.path}`} />
      </div>
      <section
        class="code-frame"
        aria-label={`Code of ${printableText(data.path)}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        <pre>
          {lines.slice(0, mostLines).map((line, at) => (
            <span key={at} class="code-line" data-line={at + 1}>
              <Tokens tokens={line} />
              {'\n'}
            </span>
          ))}
        </pre>
      </section>
      {isCut && <p class="muted">The file is longer: forge runs code writes the whole code into a folder.</p>}
    </div>
  );
}
