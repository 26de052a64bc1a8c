import type { SweepChange } from '@forge-ml/core';
import { flag, runFlags } from '@forge-ml/core/flags';
import { placeOf } from '@forge-ml/core/sweeps';
import { printableText, shellCommand } from '@forge-ml/core/text';
import { string } from '@oclif/core/args';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';

const flags = {
  now: flag.boolean(false, 'End running trials at once, without saving.'),
  resultsDir: runFlags.resultsDir,
};

export default class SweepStop extends ForgeCommand {
  static override summary = 'Stop a sweep: no new trials, and the running ones save and stop.';
  static override description = 'forge sweep --resume NAME continues it.';
  static override args = { sweep: string({ description: 'SWEEP: its name, or its folder.', required: true }) };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> sweep stop mnist-sweep',
    '<%= config.bin %> sweep stop mnist-sweep --now',
  ];

  async run(): Promise<SweepChange> {
    const { flags: given, words } = await this.read(flags);
    const forge = await this.library();
    const change = await forge.stopSweep(words[0]!, { now: given.now });
    const what = change.done === 'requested' ? 'Its controller stops' : 'Stopped';
    const resume = shellCommand(['forge', 'sweep', '--resume', change.name, ...placeOf(await forge.resultsFolder())]);
    this.show(`${what} ${printableText(change.name)}. To continue: ${resume}`);
    return change;
  }
}
