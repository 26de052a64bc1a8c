import { checkedPredictor } from '../../backend/border/checked-predictor.js';
import { callBackend, labelOfParty } from '../../backend/border/party.js';
import { plainValues, resolveFlags } from '../../config/flags/resolve-flags.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { OpenPredictor } from '../../plugins/contract/predictor.js';
import { labelOf } from '../../plugins/discovery/plugin-manifest.js';
import { checkReturned } from '../../plugins/host/check-provided.js';
import { findRun } from '../../run/catalog/find-run.js';
import { readRunFlags } from '../../run/record/flags-file.js';
import { readRunRecord } from '../../run/record/read-run-record.js';
import { packageFolders } from '../prepare/package-folders.js';
import type { Services } from '../services/services.js';
import { soundCheckpoint } from './latest-checkpoint.js';

/** A checkpoint that runs without the run's code. */
export interface RunPredictor extends OpenPredictor {
  /** The step of the checkpoint. */
  readonly step: number;
}

/**
 * Opens what a checkpoint holds beside its parameters, by the plugin of the run's backend.
 * @param run the run's folder
 * @throws ForgeError RUN_NOT_FOUND, RUN_INVALID, BACKEND_NOT_FOUND, ABILITY_MISSING, CHECKPOINT_NOT_FOUND, …
 */
export async function openPredictor(
  services: Services,
  run: string,
  step: number | undefined,
  engine: string | undefined,
): Promise<RunPredictor> {
  const environment = services.environment;
  const { directory } = environment;
  const { path } = await findRun(run, directory, directory);
  const { backend, engine: usual } = await readRunRecord(path);
  const source = await services.backends.find(backend.name, backend.package);
  const make = await services.plugins.optionalProvider(source.plugin, 'predictors', backend.name);
  if (make === undefined) {
    throw new ForgeError('ABILITY_MISSING', `The backend ${backend.name} cannot run its checkpoints without code.`, {
      about: backend.name,
      hint: 'Leave --no-code out, to run the code that is stored in the run.',
    });
  }
  const { path: checkpointFolder, info } = await soundCheckpoint(services, path, step);
  // Not from where the run says it was made: that could be anywhere, the run's own folder too.
  const searchFrom = packageFolders(environment);
  const predictor = await make();
  const specs = await services.plugins.flagsOf(source.plugin);
  const stored = { source: 'run', values: plainValues(await readRunFlags(path)), ignoreUnknown: true } as const;
  const flags = plainValues(resolveFlags(specs, [stored]));
  const request = { checkpointFolder, engine: engine ?? usual.engine, flags, searchFrom };
  const party = { backend: backend.name, package: labelOf(source.plugin) };
  const opened = await callBackend(party, 'to open the checkpoint', () => predictor.open(request));
  checkReturned('openPredictor', `what the predictor of ${labelOfParty(party)} opened`, opened);
  return { step: info.step, ...checkedPredictor(opened, party) };
}
