import { type ListedBackend, listedBackends } from '../actions/list-backends.js';
import { ForgeCommand } from '../base/forge-command.js';
import { renderBackendList } from '../render/backend-list.js';
import { colorsFor } from '../terminal/colors.js';
import { columnsOf } from '../terminal/terminal-width.js';

export default class Backends extends ForgeCommand {
  static override summary = 'List the installed backends and their usable engines.';
  static override examples = ['<%= config.bin %> backends', '<%= config.bin %> backends --json'];

  async run(): Promise<{ readonly backends: readonly ListedBackend[] }> {
    await this.read({});
    const backends = await listedBackends(await this.library());
    const { stdout } = process;
    if (backends.length > 0) this.show(renderBackendList(backends, colorsFor(stdout), columnsOf(stdout)));
    else
      this.show('No backend is installed.\nInstall one: forge plugins install PACKAGE, or npm install PACKAGE here.');
    return { backends };
  }
}
