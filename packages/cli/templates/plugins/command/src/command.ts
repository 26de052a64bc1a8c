import { type CommandForge, flag, type PluginCommand, type SessionState } from '@forge-ml/core/plugin';
import { compare } from './compare.js';

/** Which parameters differ between two checkpoints, and how far. In place of this comes what you want to know. */
export const command: PluginCommand = {
  summary: 'Compare the parameters of two checkpoints.',
  words: [
    { name: 'run', required: true, description: 'An experiment (its newest run), EXPERIMENT/NUMBER, or a run folder.' },
    { name: 'other', required: false, description: 'The run to compare with. Default: the same run.' },
  ],
  flags: {
    step: flag.integer(null, 'The checkpoint of the run. Default: the newest.', { min: 0 }),
    otherStep: flag.integer(null, 'The checkpoint of the other run. Default: the newest.', { min: 0 }),
  },
  /** It returns data: the command line prints the text, or the data with `--json`. */
  async run({ words: [run, other = run], flags, forge }) {
    const first = await load(forge, run!, flags.step);
    const second = await load(forge, other!, flags.otherStep);
    const differences = compare(first.state.parameters, second.state.parameters);
    const lines = differences.map(({ name, change }) => `${name}  ${change}`);
    const head = `${first.name} and ${second.name}: `;
    const text =
      lines.length === 0 ? `${head}no parameter differs.` : [`${head}${lines.length} differ.`, ...lines].join('\n');
    return { data: { first: first.name, second: second.name, differences }, text };
  },
};

/** The state of a checkpoint, and its name. Any backend: tensors by name are all that is asked for. */
async function load(
  forge: CommandForge,
  run: string,
  step: unknown,
): Promise<{ readonly name: string; readonly state: SessionState }> {
  const { path } = await forge.findRun(run);
  const loaded = await forge.loadFromCheckpoint(path, (step as number | null) ?? undefined, { data: false });
  try {
    await loaded.restore();
    return { name: `${run} at step ${loaded.step}`, state: await loaded.session.capture() };
  } finally {
    await loaded.dispose();
  }
}
