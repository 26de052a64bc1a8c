import { ForgeError } from '@forge-ml/core/plugin';

/**
 * The label of each file, the folder that it is in, directly below the data set's; undefined if all files are in the
 * data set's folder itself.
 * @param files relative paths with slashes
 * @throws ForgeError DATA_INVALID if some files have a class folder and some do not
 */
export function labelsOf(folder: string, files: readonly string[]): readonly string[] | undefined {
  const flat = files.find((file) => !file.includes('/'));
  const nested = files.find((file) => file.includes('/'));
  if (nested === undefined) return undefined;
  if (flat === undefined) return files.map((file) => file.slice(0, file.indexOf('/')));
  throw new ForgeError('DATA_INVALID', `In ${folder}, ${nested} is in a class folder, but ${flat} is in none.`, {
    about: folder,
    hint: 'Put each file into the folder of its class, or read them without labels: { labels: false }.',
  });
}
