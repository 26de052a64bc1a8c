import { printableText } from '@forge-ml/core/text';
import type { CodeSummary, RunView } from '../../../protocol/run-view.js';
import { location, setQuery } from '../../address/location.js';
import { QueryLink } from '../../parts/query-link.js';
import { chosenCode } from './chosen-code.js';
import { CodeFile } from './code-file.js';
import { DiffView } from './diff-view.js';
import { fileTree } from './file-tree.js';

/** The code that a run was trained with: its versions, their files, and what was not committed. */
export function CodeView({ run: { id, code } }: { readonly run: RunView }) {
  const chosen = chosenCode(code, location.value.query);
  const { version, file } = chosen;
  return (
    <div class="code-view">
      <nav class="code-files" aria-label="Files">
        <Git code={code} />
        {code.versions.length > 1 && (
          <label>
            <span class="only-read">Version</span>
            <select
              value={version!.number}
              onChange={({ currentTarget }) => setQuery({ version: currentTarget.value, changes: null }, true)}
            >
              {code.versions.map(({ number }) => (
                <option key={number} value={number}>
                  {number === 0 ? 'as it was started' : `corrected, ${number}`}
                </option>
              ))}
            </select>
          </label>
        )}
        <ul>
          {code.hasDiff && (
            <li>
              <QueryLink to={{ changes: '1', file: null }} {...current(file === null)}>
                uncommitted changes
              </QueryLink>
            </li>
          )}
          {fileTree((version?.files ?? []).map(({ path }) => path)).map(({ depth, name, path }) => (
            <li key={path ?? `${depth} ${name}`} style={{ paddingLeft: `${depth * 12}px` }}>
              {path === null ? (
                <span class="muted">{printableText(name)}/</span>
              ) : (
                <QueryLink to={{ file: path, changes: null }} {...current(path === file)}>
                  {printableText(name)}
                </QueryLink>
              )}
            </li>
          ))}
        </ul>
        {version !== null && version.missing.length > 0 && (
          <>
            <h2>Not stored</h2>
            <ul class="muted">
              {version.missing.map((name) => (
                <li key={name}>{printableText(name)}</li>
              ))}
            </ul>
          </>
        )}
      </nav>
      {file === null ? <DiffView id={id} /> : <CodeFile id={id} version={version!.number} path={file} />}
    </div>
  );
}

function current(is: boolean): { 'aria-current'?: 'true' } {
  return is ? { 'aria-current': 'true' } : {};
}

function Git({ code: { commit, branch, dirty } }: { readonly code: CodeSummary }) {
  if (commit === null) return null;
  return (
    <p class="muted">
      <code title={printableText(commit)}>{printableText(commit.slice(0, 10))}</code>
      {branch !== null && ` ${printableText(branch)}`}
      {dirty && ', with changes'}
    </p>
  );
}
