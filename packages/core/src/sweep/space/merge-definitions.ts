import { findName } from '../../text/flag-names.js';
import type { SpaceDefinition } from './definitions.js';

/** The definitions of two spaces; of a parameter in both, that of the second: a command line after a file. */
export function mergeDefinitions(first: SpaceDefinition, second: SpaceDefinition): SpaceDefinition {
  const replaced = Object.keys(second);
  const kept = Object.entries(first).filter(([name]) => findName(name, replaced) === undefined);
  return Object.fromEntries([...kept, ...Object.entries(second)]);
}
