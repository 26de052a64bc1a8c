import type { Declarer } from '@forge-ml/core';
import { Help } from '@oclif/core/help';
import { unknownCommand } from './errors/unknown-command.js';
import { flagRows } from './render/flag-rows.js';
import { shortPath } from './render/paths.js';

const helpWords = ['--help', '-h', 'help'];

/** oclif's help pages; `forge train --help` ends with the flags of the configs that are named beside it. */
export default class ForgeHelp extends Help {
  override async showHelp(argv: string[]): Promise<void> {
    const words = argv.filter((word) => !helpWords.includes(word));
    const [first] = words;
    if (first !== undefined && !first.startsWith('-') && !this.isKnown(first)) {
      const { findPluginCommand } = await import('./plugin-command.js');
      const command = await findPluginCommand(first, this.config);
      if (command === undefined) throw await unknownCommand(first, this.config.commandIDs);
      return this.showCommandHelp(command.page);
    }
    await super.showHelp(argv);
    if (first === 'train') for (const declarer of await this.configFlags(words.slice(1))) this.showFlags(declarer);
  }

  private isKnown(word: string): boolean {
    const id = word.replaceAll(' ', ':');
    return this.config.findCommand(id) !== undefined || this.config.findTopic(id) !== undefined;
  }

  private async configFlags(argv: readonly string[]): Promise<readonly Declarer[]> {
    const { openLibrary } = await import('./plugins/open-library.js');
    const forge = await openLibrary(this.config.dataDir, { argv, warn: () => {} });
    return (await forge.declarations()).slice(1);
  }

  private showFlags({ by, flags }: Declarer): void {
    const rows = flagRows(flags);
    const body = rows.length === 0 ? '(none)' : this.renderList(rows, { indentation: 2, spacer: '\n' });
    this.log(`${this.section(`FLAGS OF ${shortPath(by)}`, body)}\n`);
  }
}
