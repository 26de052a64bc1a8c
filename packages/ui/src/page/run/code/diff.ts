export interface DiffLine {
  /** `hunk`: the line that says where the next ones are; `note`: what git says of a file. */
  readonly kind: 'hunk' | 'context' | 'added' | 'removed' | 'note';
  /** Without the sign at its start. */
  readonly text: string;
  /** Line numbers before and after; null where it is not in that version. */
  readonly before: number | null;
  readonly after: number | null;
}

export interface DiffFile {
  readonly path: string;
  /** The name before, if it was renamed. */
  readonly from: string | null;
  readonly change: 'added' | 'removed' | 'renamed' | 'changed';
  readonly lines: readonly DiffLine[];
  readonly added: number;
  readonly removed: number;
}

interface FileInProgress {
  before: string;
  after: string;
  lines: DiffLine[];
}

/** A diff of git in files and lines. What is no diff is a file without a name, with the text as notes. */
export function parseDiff(diff: string): DiffFile[] {
  const files: FileInProgress[] = [];
  let file: FileInProgress | undefined;
  let [before, after] = [0, 0];
  /** Lines that the hunk still has, so that `--- a` in it is not the name of a file. */
  let [leftBefore, leftAfter] = [0, 0];
  const start = (names: FileInProgress) => {
    file = names;
    files.push(names);
  };
  const lines = diff.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const line of lines) {
    const isInHunk = leftBefore > 0 || leftAfter > 0;
    const text = line.slice(1);
    if (isInHunk && line.startsWith('+')) {
      leftAfter--;
      file!.lines.push({ kind: 'added', text, before: null, after: after++ });
    } else if (isInHunk && line.startsWith('-')) {
      leftBefore--;
      file!.lines.push({ kind: 'removed', text, before: before++, after: null });
    } else if (isInHunk && (line.startsWith(' ') || line === '')) {
      leftBefore--;
      leftAfter--;
      file!.lines.push({ kind: 'context', text, before: before++, after: after++ });
    } else if (line.startsWith('diff --git ')) {
      [leftBefore, leftAfter] = [0, 0];
      start({ ...namesOf(line), lines: [] });
    } else if (file !== undefined && line.startsWith('--- ')) {
      file.before = nameOf(line.slice(4), file.before);
    } else if (file !== undefined && line.startsWith('+++ ')) {
      file.after = nameOf(line.slice(4), file.after);
    } else {
      if (file === undefined) start({ before: '', after: '', lines: [] });
      const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
      if (hunk !== null) {
        [before, after] = [Number(hunk[1]), Number(hunk[3])];
        [leftBefore, leftAfter] = [Number(hunk[2] ?? 1), Number(hunk[4] ?? 1)];
      }
      if (hunk !== null || !isHeader(line)) {
        file!.lines.push({ kind: hunk === null ? 'note' : 'hunk', text: line, before: null, after: null });
      } else if (line.startsWith('rename from ')) file!.before = line.slice(12);
      else if (line.startsWith('rename to ')) file!.after = line.slice(10);
      else if (line.startsWith('new file')) file!.before = none;
      else if (line.startsWith('deleted file')) file!.after = none;
    }
  }
  return files.map(finished);
}

const none = '/dev/null';

function finished({ before, after, lines }: FileInProgress): DiffFile {
  const change = before === none ? 'added' : after === none ? 'removed' : before === after ? 'changed' : 'renamed';
  const count = (kind: DiffLine['kind']) => lines.filter((line) => line.kind === kind).length;
  return {
    path: after === none ? before : after,
    from: change === 'renamed' ? before : null,
    ...{ change, lines, added: count('added'), removed: count('removed') },
  };
}

function isHeader(line: string): boolean {
  return /^(?:index |new file|deleted file|old mode|new mode|similarity|dissimilarity|rename |copy )/.test(line);
}

/** `diff --git a/x b/x`: both names are equal unless other lines say otherwise. */
function namesOf(line: string): { before: string; after: string } {
  const names = line.slice('diff --git '.length);
  const half = (names.length - 1) / 2;
  const [first, second] = [names.slice(0, half), names.slice(half + 1)];
  const name = first.slice(2) === second.slice(2) ? first.slice(2) : names;
  return { before: name, after: name };
}

/** A name of a `---` or `+++` line, without its `a/` or `b/`. */
function nameOf(text: string, otherwise: string): string {
  const name = text.replace(/\t.*$/, '');
  if (name === none) return none;
  return /^[ab]\//.test(name) ? name.slice(2) : otherwise;
}
