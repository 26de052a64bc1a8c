import { type CommandForge, flag, type PluginCommand, type SessionState } from '@forge-ml/core/plugin';
import { compare } from './compare.js';

/** Lists the parameters that differ between two checkpoints, and by how much. Replace this with your own command. */
export const command: PluginCommand = {
  summary: 'Compare the parameters of two checkpoints.',
  words: [
    { name: 'run', required: true, description: 'EXPERIMENT (its newest run), EXPERIMENT/NUMBER, or a run folder.' },
    { name: 'other', required: false, description: 'Run to compare with. Default: the same run.' },
  ],
  flags: {
    step: flag.integer(null, 'Step of the checkpoint. Default: the newest.', { min: 0 }),
    otherStep: flag.integer(null, 'Step of the other checkpoint. Default: the newest.', { min: 0 }),
  },
  /** The command line prints the text, or with `--json` the data. */
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

/** Loads the state of a checkpoint. Works with any backend, since it only reads tensors by name. */
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
