import { runFlags } from '@forge-ml/core/cli';
import {
  type Check,
  checkBackends,
  checkEngines,
  checkGit,
  checkGpu,
  checkNode,
  checkPlugins,
  checkResults,
} from '../actions/diagnose.js';
import { listedBackends } from '../actions/list-backends.js';
import { listedPlugins } from '../actions/list-plugins.js';
import { ForgeCommand } from '../base/forge-command.js';
import { oclifFlags } from '../flags/oclif-flags.js';
import { renderChecks } from '../render/checks.js';
import { colorsFor } from '../terminal/colors.js';
import { columnsOf } from '../terminal/terminal-width.js';

const flags = { resultsDir: runFlags.resultsDir };

export default class Doctor extends ForgeCommand {
  static override summary = 'Check the installation and suggest fixes.';
  static override examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor --json'];
  static override flags = oclifFlags(flags);

  async run(): Promise<{ readonly ok: boolean; readonly checks: readonly Check[] }> {
    await this.read(flags);
    const forge = await this.library();
    const backends = await listedBackends(forge);
    const checks: Check[] = [
      { name: 'forge', status: 'ok', detail: this.config.version },
      checkNode(process.versions.node),
      await checkGit(),
      await checkResults(await forge.resultsFolder()),
      await checkGpu(),
      ...checkBackends(backends),
      ...checkEngines(backends),
      ...checkPlugins(await listedPlugins(forge, this.config.dataDir, this.config.commandIDs)),
    ];
    const ok = checks.every(({ status }) => status !== 'fail');
    this.show(renderChecks(checks, colorsFor(process.stdout), columnsOf(process.stdout)));
    if (!ok) process.exitCode = 1;
    return { ok, checks };
  }
}
