/** Variables by which sbatch takes options from its environment, where they would win over those of the script. */
const takenFromScript = [
  ...['ARRAY_INX', 'JOB_NAME', 'OUTPUT', 'ERROR', 'INPUT', 'OPEN_MODE', 'SIGNAL', 'REQUEUE', 'NO_REQUEUE', 'WAIT'],
  ...['CLUSTERS', 'CHDIR', 'COMMENT'],
];
const byFlag = {
  PARTITION: 'partition',
  GRES: 'gres',
  TIMELIMIT: 'time',
  ACCOUNT: 'account',
  CONSTRAINT: 'constraint',
};

/** Variables that select the cluster, or its certificates. */
const ofTheSite = /^SLURM_(CONF|CONF_SERVER|JWT|TOKEN|CLUSTERS)$/;

/**
 * The environment of Slurm's commands. A job's own variables are removed: sbatch would pass them on to the jobs that it
 * starts, and some (`SLURM_MEM_PER_CPU`) are options. Users' defaults (`SBATCH_QOS`) stay, except where the script
 * says otherwise.
 * @param options of sbatch: those in the script
 */
export function slurmEnvironment(env: NodeJS.ProcessEnv, options: readonly string[] = []): NodeJS.ProcessEnv {
  const given = new Set(options.map((word) => /^--([\w-]+)/.exec(word)?.[1]));
  const replaced = Object.entries(byFlag).flatMap(([variable, name]) => (given.has(name) ? [variable] : []));
  const hidden = new Set([...takenFromScript, ...replaced].map((name) => `SBATCH_${name}`));
  const kept = Object.entries(env).filter(
    ([name]) =>
      !hidden.has(name) && (!name.startsWith('SLURM') || ofTheSite.test(name)) && !/^SQUEUE_|^SACCT_/.test(name),
  );
  return Object.fromEntries(kept);
}
