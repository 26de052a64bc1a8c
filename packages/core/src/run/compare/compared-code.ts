import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CodeCapture } from '../../code/capture-code.js';
import type { CodeFile, MissingFile, StoredFile } from '../../code/code-manifest.js';
import { currentCode } from '../../code/code-place.js';
import { readCodeManifest } from '../../code/stored-code.js';
import { sha256 } from '../../fs/checksum.js';
import { readBounded } from '../../fs/read-bounded.js';
import type { RunRecord } from '../record/run-record.js';

/** The code of a run or of the project, and the data files that are stored with it. */
export interface ComparedCode {
  /** Where the files were when they were stored. */
  readonly root: string;
  readonly entries: Readonly<Record<string, string>>;
  readonly files: readonly StoredFile[];
  readonly dataFiles: readonly StoredFile[];
  readonly missing: readonly MissingFile[];
  /** SHA-256 over the path and content of every file of code. */
  readonly hash: string;
  /**
   * The bytes of a file; a text if it cannot be read, or its content is not the one that was stored.
   * @param maxBytes a larger file is not read
   */
  read(file: StoredFile, maxBytes: number): Promise<Buffer | string>;
}

/** The newest code of a run; null if its configs were objects in memory. Reads its manifest only. */
export async function storedCodeOf(run: string, record: RunRecord): Promise<ComparedCode | null> {
  const place = currentCode(record);
  if (record.code === 'in-memory' && place.folder === 'code') return null;
  const manifest = await readCodeManifest(run, place);
  return describeCode(manifest, async ({ path, checksum }, maxBytes) => {
    const file = join(run, place.folder, path);
    const content = await readBounded(file, {
      what: 'code file',
      code: 'CODE_ALTERED',
      link: 'refuse',
      maxBytes,
    }).catch(() => undefined);
    if (content === undefined) return 'missing or unreadable in the run';
    return sha256(content) === checksum ? content : 'altered after the run was made';
  });
}

/** The code that the project has now. */
export function capturedCode({ manifest, contents }: CodeCapture): ComparedCode {
  return describeCode(manifest, async ({ path }) => contents.get(path) ?? 'missing');
}

function describeCode(manifest: CodeFile, read: ComparedCode['read']): ComparedCode {
  const { root, entries, missing } = manifest;
  const files = manifest.files.filter(({ path }) => isCode(path));
  const dataFiles = manifest.files.filter(({ path }) => !isCode(path));
  const hash = createHash('sha256');
  const lines = files.map(({ path, checksum }) => `${checksum} ${JSON.stringify(path)}\n`).sort();
  for (const line of lines) hash.update(line);
  return { root, entries, files, dataFiles, missing, hash: `sha256:${hash.digest('hex')}`, read };
}

/** Other files that a config lists are data. */
function isCode(path: string): boolean {
  return /\.([cm]?[jt]sx?|json|node)$/.test(path);
}
