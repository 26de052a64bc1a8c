import { ForgeError } from '@forge-ml/core/flags';
import { string } from '@oclif/core/args';
import { ForgeCommand } from '../base/forge-command.js';
import { completionScript, installations, type Shell, shells } from '../completion/scripts.js';

export default class Completion extends ForgeCommand {
  static override summary = 'Print the completion script of a shell.';
  static override description = `Install it once:

${shells.map((shell) => `${shell}: ${installations[shell]}`).join('\n')}

It completes commands, flags, experiments, runs, metrics and values. It runs no code of a project or a run. Runs are searched for in the folder results, or in that of --results-dir or FORGE_FLAG_RESULTS_DIR.`;
  static override args = {
    shell: string({ description: 'bash, zsh or fish.', required: true }),
  };
  static override examples = ['<%= config.bin %> completion bash', '<%= config.bin %> completion fish'];

  async run(): Promise<{ readonly shell: Shell; readonly script: string; readonly install: string }> {
    const { words } = await this.read({});
    const shell = shells.find((name) => name === words[0]);
    if (shell === undefined) {
      throw new ForgeError('USAGE', `There is no completion for "${words[0]}".`, {
        about: 'shell',
        hint: `Available: ${shells.join(', ')}.`,
      });
    }
    const script = completionScript(shell, process.argv[1]!);
    if (!this.jsonEnabled()) process.stdout.write(script);
    return { shell, script, install: installations[shell] };
  }
}
