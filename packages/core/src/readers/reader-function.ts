import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAddress } from '../config/flags/path-value.js';
import { configBeingLoaded } from '../config/loader/config-being-loaded.js';
import { noteFileRead } from '../config/loader/note-file-read.js';
import type { Dataset } from '../data/dataset.js';
import { fromArrays } from '../data/pipeline/arrays.js';
import type { DatasetReader, ReadData } from '../data/pipeline/dataset-reader.js';
import { Pipeline } from '../data/pipeline/pipeline.js';
import { ForgeError, isForgeError, messageOf } from '../errors/forge-error.js';
import { printableText } from '../text/printable.js';

/** Opens a file or folder as a dataset, when it is first read or by `open`. */
export type ReaderFunction<T, Options extends object> = (path: string | URL, options?: Options) => Pipeline<T>;

/**
 * The function of a reader, for configs and scripts: `csv(file, options)` reads what `Forge.openDataset('csv', file,
 * options)` reads. In a config's `load`, relative paths start where `Forge.openDataset` starts them, also after the run
 * is loaded elsewhere; otherwise in the working directory.
 * @param format the name of the function and of the reader's format
 * @param checkOptions throws where the function is called, not where the file is opened
 */
export function readerFunction<T, Options extends object = Readonly<Record<string, unknown>>>(
  format: string,
  reader: DatasetReader,
  checkOptions: (options: Options, path: string) => unknown = () => undefined,
): ReaderFunction<T, Options> {
  return (path, options) => {
    const open = prepareReading(format, reader, path, options, checkOptions as never);
    const source = { format, options: { ...options } };
    return Pipeline.lazy<T>(async () => datasetOf(await open()) as Dataset<T>, source);
  };
}

/**
 * Finds and notes the file of a reader, where its function is called.
 * @returns opens it; that may be outside of the `load` of the config
 */
export function prepareReading(
  format: string,
  reader: DatasetReader,
  path: string | URL,
  options: object | undefined,
  checkOptions: (options: object, path: string) => unknown = () => undefined,
): () => Promise<ReadData> {
  const datasets = configBeingLoaded()?.loader.datasets;
  const place = locateFile(format, path);
  if (options !== undefined) checkOptions(options, place);
  const warn = (message: string) =>
    datasets === undefined ? process.stderr.write(`Warning: ${printableText(message)}\n`) : datasets.warn(message);
  return () => openNamed(format, reader, { path: place, options: { ...options }, warn });
}

/**
 * The absolute path of a file that a function of a config's `load` reads, found as those of readers are; the run notes that
 * it needs it.
 * @param of the function, for messages
 * @param noted false: it is a folder of which only some files are read; the function calls `noteFileRead` for each
 */
export function locateFile(of: string, path: string | URL, noted = true): string {
  const datasets = configBeingLoaded()?.loader.datasets;
  const place = datasets === undefined ? placeOf(of, path) : datasets.locate(checkedPath(of, path));
  if (noted && isAbsolute(place)) noteFileRead(place, of);
  return place;
}

async function openNamed(
  format: string,
  reader: DatasetReader,
  request: Parameters<DatasetReader['open']>[0],
): Promise<ReadData> {
  try {
    return await reader.open(request);
  } catch (error) {
    if (isForgeError(error)) throw error;
    const message = `The reader ${format} could not read ${request.path}: ${messageOf(error)}`;
    throw new ForgeError('DATA_INVALID', message, { about: request.path, cause: error });
  }
}

/** What a reader returned, as a dataset. */
export function datasetOf(data: ReadData): Dataset<unknown> {
  return 'read' in data && typeof data.read === 'function' ? (data as Dataset<unknown>) : fromArrays(data as never);
}

function checkedPath(format: string, path: unknown): string | URL {
  if (typeof path === 'string' || path instanceof URL) return path;
  throw new ForgeError('DATA_INVALID', `${format} reads a path or a URL, not a ${typeof path}.`, {
    about: format,
    hint: `Name the file: ${format}('data/train.${format}').`,
  });
}

/** The absolute path of a file in the working directory; a URL that names no file is returned unchanged. */
function placeOf(format: string, path: string | URL): string {
  const checked = checkedPath(format, path);
  if (checked instanceof URL) return checked.protocol === 'file:' ? fileURLToPath(checked) : checked.href;
  return isAddress(checked) ? checked : resolve(checked);
}
