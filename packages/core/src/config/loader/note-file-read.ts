import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configBeingLoaded } from './config-being-loaded.js';

/**
 * Tells the run that is being made of a file that the `load` of a config reads: where the run does not store it, that
 * is said at the start of the training, and kept in `code.json`. Outside of a `load` it does nothing.
 * @param by what reads it, as a person calls it
 * @param partOf the file that refers to it, such as a model whose weights are in a second file: where a config lists
 * that file, the run stores this one too
 */
export function noteFileRead(path: string | URL, by: string, partOf?: string | URL): void {
  const absolute = (given: string | URL) => (given instanceof URL ? fileURLToPath(given) : resolve(given));
  const read = { path: absolute(path), by, ...(partOf === undefined ? {} : { partOf: absolute(partOf) }) };
  configBeingLoaded()?.loader.reads.set(read.path, read);
}
