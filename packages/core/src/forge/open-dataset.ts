import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DependencyContainer } from 'tsyringe';
import { fromArrays } from '../data/arrays.js';
import type { Dataset } from '../data/dataset.js';
import type { ReadData, ReadExample } from '../data/dataset-reader.js';
import { Pipeline } from '../data/pipeline.js';
import { ForgeError, isForgeError, messageOf } from '../errors/forge-error.js';
import { isObject } from '../files/json-file.js';
import { READERS, WORKPLACE } from './container.js';

/** Opens a dataset with the reader of its format, Forge's own or a plugin's. @throws ForgeError */
export async function openDataset(
  container: DependencyContainer,
  format: string,
  path: string | URL,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Pipeline<ReadExample>> {
  const { make } = await container.resolve(READERS).find(format);
  const reader = await make();
  const place = placeOf(path, container.resolve(WORKPLACE).directory);
  let data: ReadData;
  try {
    data = await reader.open({ path: place, options });
  } catch (error) {
    if (isForgeError(error)) throw error;
    const message = `The reader ${format} could not read ${place}: ${messageOf(error)}`;
    throw new ForgeError('DATA_INVALID', message, { about: place, cause: error });
  }
  if (!isObject(data)) {
    throw new ForgeError('PLUGIN_INVALID', `The reader ${format} returned neither arrays nor a dataset.`, {
      about: format,
    });
  }
  return isDataset(data) ? Pipeline.from(data) : fromArrays(data);
}

/** A path as Node's own functions take it; an address that is no file stays as it is. */
function placeOf(path: string | URL, directory: string): string {
  if (path instanceof URL) return path.protocol === 'file:' ? fileURLToPath(path) : path.href;
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(path) ? path : resolve(directory, path);
}

function isDataset(data: ReadData): data is Dataset<ReadExample> {
  return typeof (data as { read?: unknown }).read === 'function';
}
