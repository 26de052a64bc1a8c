import { fileURLToPath } from 'node:url';
import { ForgeCommand } from '../base/forge-command.js';

export default class Version extends ForgeCommand {
  static override summary = 'Show the versions of Forge and of Node.';
  static override examples = ['<%= config.bin %> version', '<%= config.bin %> version --json'];

  async run(): Promise<Readonly<Record<string, string>>> {
    await this.read({});
    const core = new URL('../package.json', import.meta.resolve('@forge-ml/core'));
    const { readPackageJson } = await import('@forge-ml/core/plugins');
    const { version = 'unknown' } = readPackageJson(fileURLToPath(core));
    const versions = { '@forge-ml/cli': this.config.version, '@forge-ml/core': version, node: process.versions.node };
    for (const [name, number] of Object.entries(versions)) this.show(`${name} ${number}`);
    return versions;
  }
}
