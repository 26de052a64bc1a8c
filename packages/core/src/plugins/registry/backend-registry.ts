import type { Backend } from '../../backend/backend.js';
import { checkedBackend } from '../../backend/border/checked-backend.js';
import { ForgeError } from '../../errors/forge-error.js';
import { nearestName } from '../../text/flag-names.js';
import { isPackageName } from '../../text/package-name.js';
import { shellWord } from '../../text/shell-word.js';
import { labelOf, type PluginManifest } from '../discovery/plugin-manifest.js';
import { publishedBackends } from '../discovery/published-backends.js';
import type { PluginHost } from '../host/plugin-host.js';

/** Where a backend comes from. */
export interface BackendSource {
  readonly name: string;
  readonly plugin: PluginManifest;
}

/** Finds backends among the installed plugins; loads only the one that is asked for. */
export class BackendRegistry {
  /** @param installCommand what hints tell to install a missing one with */
  constructor(
    private readonly plugins: PluginHost,
    private readonly installCommand: string,
  ) {}

  /** Every backend that can be found: those a project depends on first, then those that only lie where they would be found. */
  async list(): Promise<BackendSource[]> {
    return (await this.plugins.all()).flatMap(sourcesOf);
  }

  /**
   * @param name what `--backend` takes; left out, the only one installed
   * @param packageName the package to take it from, where a run says which it used
   * @throws ForgeError BACKEND_NOT_FOUND naming what is installed and how to install the one asked for
   */
  async find(name?: string, packageName?: string): Promise<BackendSource> {
    if (name !== undefined && packageName !== undefined) {
      const plugin = await this.plugins.byPackage(packageName);
      if (plugin !== undefined) return { name, plugin };
    }
    if (name === undefined) {
      const depended = (await this.plugins.findDependencies()).flatMap(sourcesOf);
      const all = depended.length > 0 ? depended : (await this.plugins.findInstalled()).flatMap(sourcesOf);
      const sound = all.filter(({ plugin }) => plugin.problem === null);
      const candidates = sound.length > 0 ? sound : all;
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
    const backend = checkedBackend(await make(), { backend: name, package: labelOf(plugin) });
    if (backend.name !== name) {
      const message = `${plugin.package} registers as ${name} a backend that calls itself ${backend.name}.`;
      throw new ForgeError('BACKEND_INVALID', message, { about: name });
    }
    return backend;
  }

  private async notFound(name: string, packageName: string | undefined): Promise<ForgeError> {
    const packages = packageName === undefined ? [`@forge-ml/backend-${name}`, `forge-backend-${name}`] : [packageName];
    const stranger = await this.plugins.findUndeclared(packages);
    if (stranger !== undefined) return stranger.problem!;
    const names = [...new Set((await this.list()).map((source) => source.name))];
    const message = `The backend ${name} is not installed${names.length > 0 ? `; installed: ${names.join(', ')}` : ''}.`;
    return new ForgeError('BACKEND_NOT_FOUND', message, {
      about: name,
      hint: this.installHint(name, packageName, names),
    });
  }

  /** Names no package that may not exist: only the one a run recorded, and those that are published with Forge. */
  private installHint(name: string, packageName: string | undefined, installed: readonly string[]): string {
    // What a run recorded may be anything.
    const recorded = packageName !== undefined && isPackageName(packageName) ? packageName : undefined;
    const published = recorded ?? publishedBackends.get(name);
    const nearest = nearestName(name, [...installed, ...publishedBackends.keys()]);
    if (published !== undefined) return `Install it: ${this.installCommand} ${published}`;
    if (nearest === undefined) return `Install the package that brings it: ${this.installCommand} PACKAGE`;
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
