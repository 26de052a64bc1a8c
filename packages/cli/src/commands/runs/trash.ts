import { runFlags } from '@forge-ml/core/flags';
import { type TrashContent, trashContent } from '../../actions/list-trash.js';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { renderTrash } from '../../render/runs/trash.js';
import { colorsFor } from '../../terminal/colors.js';
import { columnsOf } from '../../terminal/terminal-width.js';

const flags = { resultsDir: runFlags.resultsDir };

export default class RunsTrash extends ForgeCommand {
  static override summary = 'List the removed runs, with their size and when they were removed.';
  static override flags = oclifFlags(flags);
  static override examples = ['<%= config.bin %> runs trash', '<%= config.bin %> runs trash --json'];

  async run(): Promise<TrashContent> {
    await this.read(flags);
    const content = await trashContent(await this.resultsFolder());
    this.showTable(renderTrash(content, colorsFor(process.stdout), columnsOf(process.stdout)));
    return content;
  }
}
