import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parametersName } from '../checkpoint/file-checkpoint-store.js';
import { nearestName } from '../config/flag-names.js';
import { ForgeError } from '../errors/forge-error.js';
import { EXPORTER, type Exporter } from './plugin.js';
import type { PluginHost } from './plugin-host.js';

/** The form that every checkpoint has already. */
const safetensors: Exporter = {
  format: 'safetensors',
  description: 'The parameters alone, in one file.',
  export: ({ checkpointFolder, out }) => copyFile(join(checkpointFolder, parametersName), out),
};

/** Finds the formats that checkpoints can be exported in; loads a plugin only when its format is asked for. */
export class ExporterRegistry {
  constructor(private readonly plugins: PluginHost) {}

  /** What `--format` takes here. */
  async formats(): Promise<string[]> {
    const announced = (await this.plugins.all()).flatMap(({ exporters }) => exporters);
    return [...new Set([safetensors.format, ...announced])];
  }

  /** @throws ForgeError USAGE naming the formats there are; PLUGIN_INVALID */
  async find(format: string): Promise<Exporter> {
    if (format === safetensors.format) return safetensors;
    const plugin = (await this.plugins.all()).find(({ exporters }) => exporters.includes(format));
    if (plugin === undefined) throw unknownFormat(format, await this.formats());
    const registered = await this.plugins.registered(plugin, EXPORTER);
    const exporter = registered.find((candidate) => candidate.format === format);
    if (exporter !== undefined) return exporter;
    throw new ForgeError(
      'PLUGIN_INVALID',
      `${plugin.package} announces the export format ${format} but does not register it.`,
      { about: format },
    );
  }
}

function unknownFormat(format: string, formats: readonly string[]): ForgeError {
  const all = `--format ${formats.join('|')}`;
  if (format === '') {
    const message = 'The name to export to has no ending that says a format.';
    return new ForgeError('USAGE', message, { about: 'format', hint: `Name one: ${all}.` });
  }
  const nearest = nearestName(format, formats);
  return new ForgeError('USAGE', `There is no export format "${format}"; there is ${formats.join(', ')}.`, {
    about: 'format',
    hint: nearest === undefined ? `Name one: ${all}.` : `Did you mean --format ${nearest}?`,
  });
}
