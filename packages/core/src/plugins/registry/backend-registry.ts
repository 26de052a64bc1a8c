import type { Backend } from '../../backend/backend.js';
import { ForgeError } from '../../errors/forge-error.js';
import { nearestName } from '../../text/flag-names.js';
import { isPackageName } from '../../text/package-name.js';
import { shellWord } from '../../text/shell-word.js';
import { labelOf, type PluginManifest } from '../discovery/plugin-manifest.js';
import { publishedBackends } from '../discovery/published-packages.js';
import type { PluginHost } from '../host/plugin-host.js';

/** A backend's name and its plugin. */
export interface BackendSource {
  readonly name: string;
  readonly plugin: PluginManifest;
}

/** Finds backends among the installed plugins; loads only the requested one. */
export class BackendRegistry {
  /** @param installCommand the command in hints to install a missing backend */
  constructor(
    private readonly plugins: PluginHost,
    private readonly installCommand: string,
  ) {}

  /** All backends: those of declared plugins first, then those of other installed plugins. */
  async list(): Promise<BackendSource[]> {
    return (await this.plugins.all()).flatMap(sourcesOf);
  }

  /**
   * @param name the value of `--backend`. Default: the only one installed
   * @param packageName the package that a run recorded for it, if any
   * @throws ForgeError BACKEND_NOT_FOUND naming the installed backends and how to install this one
   */
  async find(name?: string, packageName?: string): Promise<BackendSource> {
    if (name !== undefined && packageName !== undefined) {
      const plugin = await this.plugins.byPackage(packageName);
      if (plugin !== undefined) return { name, plugin };
    }
    if (name === undefined) {
      const declared = (await this.plugins.findDependencies()).flatMap(sourcesOf);
      const all = declared.length > 0 ? declared : (await this.plugins.findInstalled()).flatMap(sourcesOf);
      const valid = all.filter(({ plugin }) => plugin.problem === null);
      const candidates = valid.length > 0 ? valid : all;
      if (candidates.length === 1) return candidates[0]!;
      throw candidates.length === 0 ? this.noBackend() : ambiguous(candidates);
    }
    const plugin = await this.plugins.announcing('backends', name);
    if (plugin !== undefined) return { name, plugin };
    throw await this.notFound(name, packageName);
  }

  /** @throws ForgeError PLUGIN_INVALID or BACKEND_INVALID */
  async load({ name, plugin }: BackendSource): Promise<Backend> {
    const make = await this.plugins.provider(plugin, 'backends', name);
    const { checkedBackend } = await import('../../backend/border/checked-backend.js');
    const backend = checkedBackend(await make(), { backend: name, package: labelOf(plugin) });
    if (backend.name !== name) {
      const message = `${plugin.package} registers a backend named ${backend.name} as ${name}.`;
      throw new ForgeError('BACKEND_INVALID', message, { about: name });
    }
    return backend;
  }

  private async notFound(name: string, packageName: string | undefined): Promise<ForgeError> {
    const packages = packageName === undefined ? [`@forge-ml/backend-${name}`, `forge-backend-${name}`] : [packageName];
    const undeclared = await this.plugins.findUndeclared(packages);
    if (undeclared !== undefined) return undeclared.problem!;
    const names = [...new Set((await this.list()).map((source) => source.name))];
    const message = `The backend ${name} is not installed${names.length > 0 ? `; installed: ${names.join(', ')}` : ''}.`;
    return new ForgeError('BACKEND_NOT_FOUND', message, {
      about: name,
      hint: this.installHint(name, packageName, names),
    });
  }

  /** Names only packages that exist: the one that a run recorded, and those published with Forge. */
  private installHint(name: string, packageName: string | undefined, installed: readonly string[]): string {
    // A run's record is untrusted.
    const recorded = packageName !== undefined && isPackageName(packageName) ? packageName : undefined;
    const published = recorded ?? publishedBackends.get(name);
    const nearest = nearestName(name, [...installed, ...publishedBackends.keys()]);
    if (published !== undefined) return `Install it: ${this.installCommand} ${published}`;
    if (nearest === undefined) return `Install the package that provides it: ${this.installCommand} PACKAGE`;
    if (installed.includes(nearest)) return `Did you mean ${nearest}?`;
    return `Did you mean ${nearest}? Install it: ${this.installCommand} ${publishedBackends.get(nearest)}`;
  }

  private noBackend(): ForgeError {
    return new ForgeError('BACKEND_NOT_FOUND', 'No backend is installed.', {
      hint: `Install one: ${this.installCommand} ${[...publishedBackends.values()].join(', or ')}`,
    });
  }
}

function sourcesOf(plugin: PluginManifest): BackendSource[] {
  return plugin.backends.map((name) => ({ name, plugin }));
}

function ambiguous(all: readonly BackendSource[]): ForgeError {
  return new ForgeError(
    'BACKEND_NOT_FOUND',
    `Several backends are installed: ${all.map(({ name }) => name).join(', ')}.`,
    {
      hint: `Name one: --backend ${shellWord(all[0]!.name)}`,
    },
  );
}
