import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configBeingLoaded } from './config-being-loaded.js';

/**
 * Records a file that the `load` of a config reads. If the new run does not store it, a warning is printed at the start
 * of the training, and `code.json` lists it. Has no effect outside of a `load`.
 * @param by the function that reads it, as users call it
 * @param partOf the file that refers to it, such as a model with its weights in a second file: if a config lists that
 * file, the run stores this one too
 */
export function noteFileRead(path: string | URL, by: string, partOf?: string | URL): void {
  const absolute = (given: string | URL) => (given instanceof URL ? fileURLToPath(given) : resolve(given));
  const read = { path: absolute(path), by, ...(partOf === undefined ? {} : { partOf: absolute(partOf) }) };
  configBeingLoaded()?.loader.reads.set(read.path, read);
}
