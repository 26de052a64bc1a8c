import { newestMedia, readRunTextPart } from '@forge-ml/core/manage';

export const logName = 'console.log';

/** The bytes of a run's console log; null if it has none. @throws ForgeError PATH_UNSAFE, FILE_SYSTEM */
export async function sizeOfLog(run: string): Promise<number | null> {
  return (await readRunTextPart(run, logName, { from: 0, maxBytes: 0 }))?.size ?? null;
}

/** How many media a run has logged. @throws ForgeError RUN_INVALID, FILE_SYSTEM */
export async function countMedia(run: string): Promise<number> {
  const { entries, omitted } = await newestMedia(run, 0);
  return entries.length + omitted;
}
