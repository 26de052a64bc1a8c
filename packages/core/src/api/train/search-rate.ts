import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import { type FoundRate, findLearningRate, type RateSearch } from '../../train/loop/find-learning-rate.js';
import { followStops, type StopInputs } from '../../train/stop/follow-stops.js';
import { requireFeature } from '../prepare/build-features.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import type { Services } from '../services/services.js';
import { withTraining } from './train.js';
import { warmStart } from './warm-start.js';

export type RateSearchOptions = Omit<RateSearch, 'stop'> & StopInputs;

/**
 * Builds the model and the data of a new run, and searches a learning rate with them. Writes nothing.
 * @throws ForgeError ABILITY_MISSING where the engine cannot change the rate of an update; as `Forge.train` before its
 * first step, and as `findLearningRate`
 */
export async function searchRate(
  services: Services,
  experiment: PreparedRun,
  options: RateSearchOptions = {},
): Promise<FoundRate> {
  const of = 'Forge.findLearningRate(run, options)';
  checkOptions(options, ['from', 'to', 'steps', 'progress', 'signal', 'stop'], {
    of,
    synonyms: { min: 'from', max: 'to', minLr: 'from', maxLr: 'to', numTraining: 'steps', rates: 'steps' },
  });
  const { signal, stop: given, ...search } = options;
  if (experiment.reopened !== null) throw searchOfResumed();
  requireFeature(experiment.engine, 'learningRate', {
    flag: 'The search for a learning rate',
    ability: 'change the learning rate of an update',
    about: 'learning rate',
    hint: 'To search,',
  });
  const stop = followStops({ signal, stop: given }, of);
  try {
    return await withTraining(services, experiment, stop, async ({ data, built: { session } }) => {
      await warmStart(services, experiment, session, await session.capture());
      return findLearningRate(session, data.train, { ...search, stop });
    });
  } finally {
    stop.release();
  }
}

function searchOfResumed(): ForgeError {
  return new ForgeError('USAGE', 'A learning rate is searched for a new run, not for one that is resumed.', {
    about: 'resume',
    hint: 'Omit --resume; --init-from RUN searches with the parameters of that run.',
  });
}
