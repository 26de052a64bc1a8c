import { Forge, flag } from '@forge-ml/core';

/** A script with a training loop of its own, whose body ends at step `--at` as `--by` says. */
await using prepared = await Forge.config({
  flags: { by: flag.string('none', 'How the body ends.'), at: flag.integer(3, 'At which step.') },
  defaults: { backend: 'toy', dataConfig: 'data.ts', modelConfig: 'model.ts', runName: 'own' },
});
const { by, at } = prepared.values;
const data = await Forge.loadData(prepared);
await using built = await Forge.build(prepared, data);
const run = await Forge.initCheckpoint(prepared, built);

async function train(): Promise<void> {
  for await (const { batch, step } of run.steps(data.train, { valid: data.valid })) {
    run.log(await built.session.step(batch, { step, metrics: true }));
    process.stdout.write(`step ${step + 1}\n`);
    if (step + 1 === at) await endBody();
  }
}

async function endBody(): Promise<void> {
  if (by === 'throw') throw new Error('boom');
  if (by === 'exit') process.exit(7);
  if (by === 'hang') await new Promise(() => undefined);
  if (by === 'kill') process.kill(process.pid, 'SIGKILL');
}

// As jiti does it with an error of a script.
if (by === 'throw' && process.env.CATCH === '1') await train().catch(() => process.exit(1));
else await train();
console.log(`${run.status} at step ${run.lastSaved}`);
