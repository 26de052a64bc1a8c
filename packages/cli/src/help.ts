import type { FlagDeclaration } from '@forge-ml/core';
import type { AnnouncedCommand } from '@forge-ml/core/plugins';
import { printableLines, printableText } from '@forge-ml/core/text';
import type { Command } from '@oclif/core/command';
import { Help } from '@oclif/core/help';
import { unknownCommand } from './errors/unknown-command.js';
import { flagRows } from './render/flag-rows.js';
import { shortPath } from './terminal/paths.js';

const helpWords = ['--help', '-h', 'help'];

/** The commands that take the flags of configs. */
const takeConfigs = ['train', 'find-lr'];

/** Whether a command of Forge's own plugins can be listed as Forge's: its summary is known without loading it. */
function comesWithForge({ id, plugin, summary }: AnnouncedCommand): boolean {
  return plugin.ofProgram && plugin.problem === null && summary !== null && !id.includes(':');
}

/** oclif's help pages. That of a command which takes configs also lists the flags of those on its command line. */
export default class ForgeHelp extends Help {
  private ownPlugins: readonly AnnouncedCommand[] = [];

  override async showHelp(argv: string[]): Promise<void> {
    const words = argv.filter((word) => !helpWords.includes(word));
    const [first] = words;
    // `forge help --help` is not `forge --help`.
    if (first === undefined && argv[0] === 'help') return this.showCommandHelp(this.config.findCommand('help')!);
    if (first !== undefined && !first.startsWith('-') && !this.isKnown(first)) {
      return this.showPluginHelp(words.filter((word) => !word.startsWith('-')));
    }
    if (first === undefined) this.ownPlugins = (await this.announced()).filter(comesWithForge);
    await super.showHelp(argv);
    if (first === undefined) await this.showPluginCommands();
    if (takeConfigs.includes(first ?? ''))
      for (const declarer of await this.configFlags(words.slice(1))) this.showFlags(declarer);
  }

  /** Shows the help of a plugin's command, in the colon or the space form, or the commands of a plugin's topic. */
  private async showPluginHelp(words: readonly string[]): Promise<void> {
    const { everyCommand, findPluginCommand } = await import('./base/plugin-command.js');
    const command = await findPluginCommand(words.join(':'), this.config);
    if (command !== undefined) return this.showCommandHelp(command.page);
    if (!(await this.showPluginCommands(`${words.join(':')}:`))) {
      throw await unknownCommand(words.join(':'), await everyCommand(this.config));
    }
  }

  /** Lists the commands of plugins without loading them. @returns whether there are any */
  private async showPluginCommands(topic = ''): Promise<boolean> {
    const below = (await this.announced()).filter((command) => {
      return command.id.startsWith(topic) && !(topic === '' && comesWithForge(command));
    });
    if (below.length === 0) return false;
    const rows = below.map(({ id, plugin, summary }): [string, string] => {
      const from = `from ${plugin.package} ${plugin.version}`;
      const text = summary === null ? from : `${summary} (${from})`;
      return [printableText(id.replaceAll(':', ' ')), printableText(text)];
    });
    const body = this.renderList(rows, { indentation: 2, spacer: '\n', stripAnsi: this.opts.stripAnsi ?? false });
    this.log(`${this.section('COMMANDS OF PLUGINS', body)}\n`);
    return true;
  }

  private async announced(): Promise<readonly AnnouncedCommand[]> {
    const { commandsOfPlugins } = await import('./plugins/announced-commands.js');
    return commandsOfPlugins(this.config.dataDir);
  }

  /** Lists the commands of the plugins that come with Forge among Forge's own. */
  protected override get sortedCommands(): Command.Loadable[] {
    const own = this.ownPlugins.map(({ id, summary }) => ({ id, summary: summary ?? '' }) as Command.Loadable);
    return [...super.sortedCommands, ...own].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Escapes control characters, since descriptions of flags and commands are untrusted. */
  protected override log(...lines: string[]): void {
    super.log(...lines.map(printableLines));
  }

  private isKnown(word: string): boolean {
    const id = word.replaceAll(' ', ':');
    return this.config.findCommand(id) !== undefined || this.config.findTopic(id) !== undefined;
  }

  private async configFlags(argv: readonly string[]): Promise<readonly FlagDeclaration[]> {
    const { openLibrary } = await import('./plugins/open-library.js');
    const forge = await openLibrary(this.config.dataDir, { argv, warn: () => {} });
    return (await forge.declarations()).slice(1);
  }

  private showFlags({ by, flags }: FlagDeclaration): void {
    const rows = flagRows(flags);
    const body = rows.length === 0 ? '(none)' : this.renderList(rows, { indentation: 2, spacer: '\n' });
    this.log(`${this.section(`FLAGS OF ${shortPath(by)}`, body)}\n`);
  }
}
