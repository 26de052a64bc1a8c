import { checkedPredictor } from '../../backend/border/checked-predictor.js';
import { callBackend, labelOfParty } from '../../backend/border/party.js';
import type { OpenPredictor, Predictor, PredictorRequest } from '../../plugins/contract/predictor.js';
import { labelOf } from '../../plugins/discovery/plugin-manifest.js';
import { checkReturned } from '../../plugins/host/check-provided.js';
import type { BackendSource } from '../../plugins/registry/backend-registry.js';

/** Opens a stored model with a backend's predictor. Its outputs are checked, and its errors name the backend. */
export async function openModel(
  { name, plugin }: BackendSource,
  predictor: Predictor,
  request: PredictorRequest,
): Promise<OpenPredictor> {
  const party = { backend: name, package: labelOf(plugin) };
  const opened = await callBackend(party, 'to open the model', () => predictor.open(request));
  checkReturned('openPredictor', `what the predictor of ${labelOfParty(party)} opened`, opened);
  return checkedPredictor(opened, party);
}
