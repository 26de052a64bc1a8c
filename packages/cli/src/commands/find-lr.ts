import { type FoundRate, isForgeError, listenForStop, type PreparedRun } from '@forge-ml/core';
import { exitStatusOf, runFlags } from '@forge-ml/core/cli';
import { flag } from '@forge-ml/core/flags';
import { ForgeCommand } from '../base/forge-command.js';
import { oclifFlags } from '../flags/oclif-flags.js';
import { onUnplannedEnd } from '../process/guard-process.js';
import { colorsFor } from '../terminal/colors.js';
import { columnsOf } from '../terminal/terminal-width.js';
import { showsUnicode } from '../terminal/unicode.js';

const searchFlags = {
  lowestRate: flag.float(1e-7, 'The first learning rate.', { min: 0 }),
  highestRate: flag.float(10, 'The last learning rate.', { min: 0 }),
  rates: flag.integer(100, 'How many rates to try, each for one update.', { min: 10 }),
};

/** The width of a plot that is piped, in columns. */
const pipedColumns = 80;

export default class FindLr extends ForgeCommand {
  static override summary = 'Search a learning rate: try rates from low to high, one update each.';
  static override description =
    'Takes the flags of forge train and of both configs. Suggests the rate at which the loss falls most. Writes nothing. With --data-config and --model-config, --help also lists the flags of these configs.';
  static override strict = false;
  static override flags = oclifFlags({ ...searchFlags, ...runFlags });
  static override examples = [
    '<%= config.bin %> find-lr --data-config data.ts --model-config model.ts',
    '<%= config.bin %> find-lr --data-config data.ts --model-config model.ts \\\n    --lowest-rate 1e-5 --highest-rate 1 --rates 200',
  ];

  async run(): Promise<FoundRate> {
    const stop = listenForStop();
    const unguard = onUnplannedEnd((error) => stop.fail(error));
    const line = await this.liveLine();
    let prepared: PreparedRun<{ lowestRate: number; highestRate: number; rates: number }> | undefined;
    try {
      const forge = await this.library(this.argv.filter((word) => word !== '--json' && word !== '--debug'));
      prepared = await stop.waitFor(forge.config({ flags: searchFlags }));
      const { lowestRate: from, highestRate: to, rates: steps } = prepared.values;
      const progress = (done: number) => line?.draw(`${done}/${steps} rates`);
      const found = await forge.findLearningRate(prepared, { from, to, steps, progress, stop });
      line?.stop();
      await this.showFound(found, { from, to, steps });
      return found;
    } catch (error) {
      if (stop.signal !== undefined && isForgeError(error) && error.code === 'STOPPED') {
        this.failureStatus = exitStatusOf(stop.signal);
      }
      throw error;
    } finally {
      line?.stop();
      unguard();
      stop.release();
      await prepared?.engine.dispose();
    }
  }

  private async showFound(found: FoundRate, range: { from: number; to: number; steps: number }): Promise<void> {
    if (this.jsonEnabled()) return;
    const { renderFoundRate } = await import('../render/plot/found-rate.js');
    const { asciiSymbols, unicodeSymbols } = await import('../render/plot/symbols.js');
    const columns = columnsOf(process.stdout);
    this.show(
      renderFoundRate(found, range, {
        columns: Number.isFinite(columns) ? columns : pipedColumns,
        colors: colorsFor(process.stdout),
        symbols: showsUnicode(process.env) ? unicodeSymbols : asciiSymbols,
      }),
    );
  }
}
