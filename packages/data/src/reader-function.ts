import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Pipeline } from '@forge-ml/core';
import { noteFileRead } from '@forge-ml/core/node';
import type { Dataset, DatasetReader, ReadRequest } from '@forge-ml/core/plugin';

/** A reader as a function: opens what `Forge.openDataset(format, path, options)` opens, when it is first read. */
export function readerFunction<T, Options extends object>(format: string, reader: DatasetReader) {
  return (path: string | URL, options?: Options): Pipeline<T> => {
    const place = path instanceof URL ? fileURLToPath(path) : resolve(path);
    noteFileRead(place, format);
    return Pipeline.lazy(async () => (await reader.open({ path: place, options: { ...options } })) as Dataset<T>);
  };
}

/** Shows a line to the user. */
export function warn(_request: ReadRequest, message: string): void {
  process.stderr.write(`Warning: ${message}\n`);
}
