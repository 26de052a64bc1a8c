import {
  type FlagDeclaration,
  mergeSpecs,
  plainValues,
  type ResolvedFlags,
  resolveFlags,
} from '../../config/flags/resolve-flags.js';
import type { ConfigModule } from '../../config/loader/config-module.js';
import { findName } from '../../text/flag-names.js';
import { runFlags } from '../../train/run-flags.js';

export interface LoadedDeclarations {
  /** Undefined where the data config is not read. */
  readonly data: ConfigModule | undefined;
  readonly model: ConfigModule;
  /** The backend's plugin. */
  readonly declarer: FlagDeclaration | undefined;
}

/**
 * The flags of a run that is loaded: its own, overridden by those given. The flags of a config that is not read are not
 * checked.
 * @param places where relative paths start: `directory` for those given, `origin` for defaults
 * @throws ForgeError FLAG_UNKNOWN, FLAG_INVALID, FLAG_CONFLICT
 */
export function loadedFlags(
  { data, model, declarer }: LoadedDeclarations,
  stored: ResolvedFlags,
  given: Readonly<Record<string, unknown>>,
  { directory, origin }: { readonly directory: string; readonly origin: string },
): Record<string, unknown> {
  const specs = mergeSpecs([
    { by: 'forge', flags: runFlags },
    { by: 'the data config', flags: data?.flags ?? {} },
    { by: 'the model config', flags: model.flags },
    ...(declarer === undefined ? [] : [declarer]),
  ]);
  const undeclared = Object.keys(stored).filter((name) => findName(name, Object.keys(specs)) === undefined);
  const unchecked: Record<string, unknown> = {};
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const own = data === undefined ? findName(name, undeclared) : undefined;
    if (own === undefined) checked[name] = value;
    else unchecked[own] = value;
  }
  const flags = resolveFlags(
    specs,
    [
      { source: 'run', values: plainValues(stored), ignoreUnknown: true },
      { source: 'override', values: checked, base: directory },
    ],
    origin,
  );
  return { ...plainValues(stored), ...plainValues(flags), ...unchecked };
}
