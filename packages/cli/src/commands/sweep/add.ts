import { ForgeError, type SweepChange } from '@forge-ml/core';
import { parseParameters } from '@forge-ml/core/cli';
import { flag, runFlags } from '@forge-ml/core/flags';
import { placeOf } from '@forge-ml/core/sweeps';
import { shellCommand } from '@forge-ml/core/text';
import { string } from '@oclif/core/args';
import { ForgeCommand } from '../../base/forge-command.js';
import { oclifFlags } from '../../flags/oclif-flags.js';
import { renderSweepChange } from '../../render/sweep/sweep-lines.js';
import { columnsOf } from '../../terminal/terminal-width.js';

const flags = {
  trials: flag.integer(null, 'This many trials more.', { min: 1 }),
  totalSteps: flag.integer(null, 'This many steps more, of all trials together.', { min: 1 }),
  hours: flag.float(null, 'This many hours more.', { min: 0 }),
  space: flag.string(null, 'A narrower range for a flag of the sweep: NAME=… as before. May be given several times.'),
  resultsDir: runFlags.resultsDir,
};

export default class SweepAdd extends ForgeCommand {
  static override summary = 'Add trials to a sweep, or narrow its space; what it knows is kept.';
  static override description =
    'A controller that works on the sweep does it soon; otherwise forge sweep --resume NAME does.';
  static override args = { sweep: string({ description: 'SWEEP: its name, or its folder.', required: true }) };
  static override flags = oclifFlags(flags);
  static override examples = [
    '<%= config.bin %> sweep add mnist-sweep --trials 20',
    "<%= config.bin %> sweep add mnist-sweep --trials 20 \\\n    --space 'learningRate=log(1e-4..1e-3)'",
  ];

  async run(): Promise<SweepChange> {
    const { flags: given, lists, words } = await this.read(flags, ['space']);
    const { trials, totalSteps: steps, hours } = given;
    const amounts = Object.entries({ trials, steps, hours }).filter(([, amount]) => amount !== null);
    const spaces = lists.space ?? [];
    if (amounts.length === 0 && spaces.length === 0) {
      throw new ForgeError('USAGE', 'forge sweep add requires --trials, --total-steps, --hours or --space.', {
        about: 'trials',
        hint: 'For example: --trials 20.',
      });
    }
    const forge = await this.library();
    const change = await forge.addToSweep(words[0]!, {
      ...Object.fromEntries(amounts),
      ...(spaces.length === 0 ? {} : { space: parseParameters(spaces) }),
    });
    const resume = shellCommand(['forge', 'sweep', '--resume', change.name, ...placeOf(await forge.resultsFolder())]);
    this.show(renderSweepChange(change, resume, columnsOf(process.stdout)));
    return change;
  }
}
