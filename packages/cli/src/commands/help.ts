import { string } from '@oclif/core/args';
import { loadHelpClass } from '@oclif/core/help';
import { ForgeCommand } from '../base/forge-command.js';

export default class HelpCommand extends ForgeCommand {
  static override summary = 'Show help for a command.';
  static override examples = ['<%= config.bin %> help train', '<%= config.bin %> help runs show'];
  static override strict = false;
  static override enableJsonFlag = false;
  static override args = { command: string({ description: 'The command to show help for.' }) };

  async run(): Promise<void> {
    const Help = await loadHelpClass(this.config);
    await new Help(this.config, this.config.pjson.oclif.helpOptions).showHelp(this.argv);
  }
}
