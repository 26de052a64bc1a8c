import type { FlagValues, JobLauncher } from '@forge-ml/core/plugin';
import plugin from '@forge-ml/launcher-slurm';

const specs = plugin.flags!;
export type SlurmFlags = FlagValues<typeof specs>;

/** The launcher's flags with their defaults. */
const defaults = Object.fromEntries(Object.entries(specs).map(([name, flag]) => [name, flag.default])) as SlurmFlags;

/** The launcher, as Forge makes it. */
export async function slurmLauncher(flags: Partial<SlurmFlags> = {}): Promise<JobLauncher> {
  return (await plugin.launchers!.slurm!({ flags: { ...defaults, ...flags } })) as JobLauncher;
}
