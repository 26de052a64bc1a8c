import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkResult } from '../../backend/border/party.js';
import { isRecord, wrongMember } from '../../backend/border/wrong-member.js';
import { isAddress } from '../../config/flags/path-value.js';
import { noteFileRead } from '../../config/loader/note-file-read.js';
import type { Dataset } from '../../data/dataset.js';
import { IndexedDataset } from '../../data/indexed.js';
import { fromArrays } from '../../data/pipeline/arrays.js';
import type { DatasetOpener, ReadData, ReadExample } from '../../data/pipeline/dataset-reader.js';
import { Pipeline } from '../../data/pipeline/pipeline.js';
import { ForgeError, isForgeError, messageOf } from '../../errors/forge-error.js';
import { isObject } from '../../json/is-object.js';
import { describeValue } from '../../model/model-error.js';
import { pluginFault } from '../../plugins/host/check-provided.js';
import type { Services } from '../services/services.js';

/** Where paths of a run's stored code start. */
interface Origin {
  /** Where the run was made: a relative path started there. */
  readonly origin: string;
  /** The original of a path next to the stored code. */
  original(path: string | URL): string | URL;
}

/** Opens datasets of configs, the project's own or those stored in a run. */
export function datasetOpener(services: Services, stored?: Origin): DatasetOpener {
  const { directory, warn } = services.environment;
  const locate = (path: string | URL) =>
    stored === undefined
      ? placeOf(path, directory, undefined)
      : placeOf(stored.original(path), directory, stored.origin);
  return {
    locate,
    warn: (message) => warn(message),
    open: async (format, path, options) => openDataset(services, format, locate(path), options),
  };
}

/**
 * Opens a dataset with the reader of its format, Forge's own or a plugin's.
 * @param place an absolute path, or a URL
 * @throws ForgeError
 */
async function openDataset(
  services: Services,
  format: string,
  place: string,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Pipeline<ReadExample>> {
  const { make } = await services.readers.find(format);
  const reader = await make();
  if (isAbsolute(place)) noteFileRead(place, 'openDataset');
  let data: ReadData;
  try {
    data = await reader.open({ path: place, options, warn: (message) => services.environment.warn(message) });
  } catch (error) {
    if (isForgeError(error)) throw error;
    const message = `The reader ${format} could not read ${place}: ${messageOf(error)}`;
    throw new ForgeError('DATA_INVALID', message, { about: place, cause: error });
  }
  const what = `the reader ${format}`;
  if (!isObject(data) && !isDataset(data)) {
    throw pluginFault(what, `returned ${describeValue(data)}, neither arrays nor a dataset`);
  }
  const source = { format, options };
  if (isDataset(data)) return Pipeline.from(checkedDataset(data, what), source);
  try {
    return Pipeline.from(fromArrays(data), source);
  } catch (error) {
    throw pluginFault(
      what,
      `read ${place} into arrays that are no dataset: ${messageOf(error).replace(/\.$/, '')}`,
      error,
    );
  }
}

/** A path as Node's own functions take it; an address that is no file stays as it is. */
function placeOf(path: string | URL, directory: string, origin: string | undefined): string {
  if (path instanceof URL) return path.protocol === 'file:' ? fileURLToPath(path) : path.href;
  if (isAddress(path)) return path;
  const [here, there] = [resolve(directory, path), resolve(origin ?? directory, path)];
  return existsSync(there) || !existsSync(here) ? there : here;
}

/** What a reader's dataset yields is looked at once for each time it is read: the rest is alike. */
function checkedDataset(data: Dataset<ReadExample>, what: string): Dataset<ReadExample> {
  // Its elements are made by our own code; a wrapper would lose the random access.
  if (data instanceof IndexedDataset || data instanceof Pipeline) return data;
  return {
    get length() {
      return data.length;
    },
    read(position) {
      const examples = data.read(position);
      const wrong = wrongMember(examples, { next: 'function', return: 'function?' });
      if (wrong !== undefined) throw pluginFault(what, `returned a dataset whose reader ${wrong}`);
      let first = true;
      const check = (next: IteratorResult<ReadExample, unknown>) => {
        const fault = wrongResult(next);
        first = false;
        if (fault !== undefined) throw pluginFault(what, fault);
        return next;
      };
      return {
        next: () => (first ? checkResult(examples.next(), check) : examples.next()),
        ...(examples.return === undefined ? {} : { return: () => examples.return!() }),
      };
    },
  };
}

function wrongResult(next: IteratorResult<ReadExample, unknown>): string | undefined {
  const wrong = wrongMember(next, { done: 'boolean?' });
  if (wrong !== undefined) return `returned a dataset whose next ${wrong}`;
  return next.done ? undefined : wrongExample(next.value);
}

function wrongExample(example: unknown): string | undefined {
  if (isRecord(example)) return undefined;
  return `returned a dataset with an example that is ${describeValue(example)}, not arrays by name`;
}

/** Rows have other values than examples; the callers of their formats declare that. */
function isDataset(data: ReadData): data is Dataset<ReadExample> {
  return typeof (data as { read?: unknown } | null | undefined)?.read === 'function';
}
