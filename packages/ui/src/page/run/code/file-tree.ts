/** A row of a tree of files: a folder has no path. */
export interface TreeRow {
  readonly depth: number;
  readonly name: string;
  readonly path: string | null;
}

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: { name: string; path: string }[];
}

/** Files as a tree, in rows: folders before files. A folder with nothing but one folder shares its row. */
export function fileTree(paths: readonly string[]): TreeRow[] {
  const root: Folder = { folders: new Map(), files: [] };
  for (const path of paths) {
    const names = path.split('/');
    const name = names.pop()!;
    let folder = root;
    for (const part of names) {
      const next = folder.folders.get(part) ?? { folders: new Map(), files: [] };
      folder.folders.set(part, next);
      folder = next;
    }
    folder.files.push({ name, path });
  }
  return rowsOf(root, 0);
}

function rowsOf({ folders, files }: Folder, depth: number): TreeRow[] {
  const rows: TreeRow[] = [];
  for (const [first, folder] of [...folders].sort(([a], [b]) => a.localeCompare(b))) {
    let [name, inner] = [first, folder];
    while (inner.files.length === 0 && inner.folders.size === 1) {
      const [[only, next]] = [...inner.folders] as [[string, Folder]];
      [name, inner] = [`${name}/${only}`, next];
    }
    rows.push({ depth, name, path: null }, ...rowsOf(inner, depth + 1));
  }
  const sorted = [...files].sort((a, b) => a.name.localeCompare(b.name));
  return [...rows, ...sorted.map(({ name, path }) => ({ depth, name, path }))];
}
