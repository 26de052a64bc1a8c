import type { StoredFile } from '../../code/code-manifest.js';
import { decodeText } from '../../json/json-file.js';
import { alignPaths } from './align-paths.js';
import type { ComparedCode } from './compared-code.js';

/** A file of code that differs. */
export interface CodeDifference {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** A unified diff; null if there is none. */
  readonly patch: string | null;
  /** Why there is no diff. */
  readonly reason: string | null;
}

/** What exceeds these is named only: it is too long to read in a terminal, and could fill the memory. */
const most = { bytesOfFile: 256 * 1024, patches: 100, editedLines: 1000 };

/** The files of code that differ, each with a unified diff where it is text of moderate size. */
export async function diffCode(a: ComparedCode, b: ComparedCode): Promise<CodeDifference[]> {
  const [prefixA, prefixB] = alignPaths(a, b);
  const before = new Map(a.files.map((file) => [prefixA + file.path, file]));
  const after = new Map(b.files.map((file) => [prefixB + file.path, file]));
  const differences: CodeDifference[] = [];
  let patches = 0;
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [old, now] = [before.get(path), after.get(path)];
    if (old?.checksum === now?.checksum) continue;
    const change = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
    const made =
      patches >= most.patches
        ? { patch: null, reason: `not shown: more than ${most.patches} files differ` }
        : await patchOf(path, await textOf(a, old), await textOf(b, now));
    patches++;
    differences.push({ path, change, ...made });
  }
  return differences;
}

/** The text of a file, or why there is none; undefined for no file. */
type FileText = { readonly text: string } | { readonly reason: string } | undefined;

async function textOf(code: ComparedCode, file: StoredFile | undefined): Promise<FileText> {
  if (file === undefined) return undefined;
  if (file.bytes > most.bytesOfFile) return { reason: `large: ${file.bytes} bytes` };
  const content = await code.read(file, most.bytesOfFile);
  if (typeof content === 'string') return { reason: content };
  const text = content.includes(0) ? undefined : decodeText(content);
  return text === undefined ? { reason: `binary: ${file.bytes} bytes` } : { text };
}

async function patchOf(path: string, old: FileText, now: FileText): Promise<Pick<CodeDifference, 'patch' | 'reason'>> {
  for (const side of [now, old])
    if (side !== undefined && 'reason' in side) return { patch: null, reason: side.reason };
  const { structuredPatch, formatPatch, FILE_HEADERS_ONLY } = await import('diff');
  const name = (side: FileText, prefix: string) => (side === undefined ? '/dev/null' : `${prefix}/${path}`);
  const text = (side: FileText) => (side !== undefined && 'text' in side ? side.text : '');
  const patch = structuredPatch(name(old, 'a'), name(now, 'b'), text(old), text(now), undefined, undefined, {
    context: 3,
    maxEditLength: most.editedLines,
  });
  if (patch === undefined) return { patch: null, reason: `more than ${most.editedLines} lines differ` };
  return { patch: formatPatch(patch, FILE_HEADERS_ONLY), reason: null };
}
