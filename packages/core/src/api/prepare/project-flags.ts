import type { FlagSpecs } from '../../config/flags/flag.js';
import { type FlagLayer, unknownFlag } from '../../config/flags/resolve-flags.js';
import { ForgeError } from '../../errors/forge-error.js';
import { findName, nearestName, toKebab } from '../../text/flag-names.js';
import { invocationFlags, runFlags } from '../../train/run-flags.js';
import type { Services } from '../services/services.js';

/**
 * Checks what a project file sets and nothing of this run declares. It may belong to another config of the project, or
 * to a plugin that is not in use; a likely misspelled flag of the run is an error, of a config a warning.
 * @throws ForgeError FLAG_UNKNOWN naming the flag of the run that was meant; USAGE for one that a file cannot set
 */
export async function checkProjectFlags(
  layers: readonly FlagLayer[],
  declared: FlagSpecs,
  services: Services,
): Promise<void> {
  const project = layers.find(({ source }) => source === 'project file');
  if (project === undefined) return;
  const { implied = [] } = project;
  const given = Object.keys(project.values).filter((name) => !implied.includes(name));
  const onlyGiven = given.find((name) => ['flags-file', 'repeat', 'resume'].includes(toKebab(name)));
  if (onlyGiven !== undefined) throw commandLineOnly('The project file', onlyGiven);
  const names = Object.keys(declared);
  const unknown = given.filter((name) => findName(name, names) === undefined);
  if (unknown.length === 0) return;
  const ofPlugins = (await services.plugins.all()).flatMap(({ flags }) => flags);
  const isSet = (name: string) => findName(name, given) !== undefined;
  const ofRun = Object.keys({ ...runFlags, ...invocationFlags }).filter((name) => !isSet(name));
  const absent = names.filter((name) => !isSet(name));
  for (const name of unknown.filter((name) => findName(name, ofPlugins) === undefined)) {
    // Close by far: other configs of the project have flags of their own, with names as short.
    if (nearestName(name, ofRun, name.length > 6 ? 2 : 1) !== undefined)
      throw unknownFlag(name, { ...runFlags, ...invocationFlags }, 'project file');
    const meant = nearestName(name, absent);
    if (meant === undefined) continue;
    services.environment.warn(`The project file sets ${name}, which is no flag of this run; did you mean ${meant}?`);
  }
}

/** Flags that an environment variable may set though they are not stored with a run. */
const lasting = ['launcher', 'onHangup'];

/** Refuses variables for flags that belong to one start of a run: `FORGE_FLAG_RESUME`. @throws ForgeError USAGE */
export function checkEnvironmentFlags(layers: readonly FlagLayer[]): void {
  const once = Object.keys(invocationFlags).filter((name) => !lasting.includes(name));
  for (const { variables = {} } of layers) {
    const given = Object.keys(variables).find((name) => findName(name, once) !== undefined);
    if (given !== undefined) throw commandLineOnly(`The environment variable ${variables[given]}`, given);
  }
}

function commandLineOnly(place: string, name: string): ForgeError {
  return new ForgeError('USAGE', `${place} sets ${name}, which is read from the command line only.`, {
    about: name,
    hint: `Remove it there, and give --${toKebab(name)} where it is needed.`,
  });
}
