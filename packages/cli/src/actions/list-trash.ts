import { folderBytes, listTrash, readAnnotations, type TrashedRun } from '@forge-ml/core/manage';

/** A removed run with its size and display name. */
export interface ListedTrash extends TrashedRun {
  /** The display name; empty for none. */
  readonly name: string;
  /** Null if it cannot be counted. */
  readonly bytes: number | null;
}

export interface TrashContent {
  readonly results: string;
  readonly runs: readonly ListedTrash[];
  /** Folders that a purge has not deleted completely. */
  readonly purging: readonly string[];
}

/** Lists the trash of a results folder, newest first. @throws ForgeError as `listTrash` */
export async function trashContent(results: string): Promise<TrashContent> {
  const { runs, purging } = await listTrash(results);
  const listed: ListedTrash[] = [];
  for (const run of runs) listed.push({ ...run, name: nameOf(run), bytes: await folderBytes(run.path) });
  return { results, runs: listed, purging };
}

export function totalBytes(runs: readonly { readonly bytes: number | null }[]): number {
  return runs.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
}

function nameOf({ path }: TrashedRun): string {
  try {
    return readAnnotations(path).name;
  } catch {
    return '';
  }
}
