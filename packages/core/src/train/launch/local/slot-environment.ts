import { availableParallelism } from 'node:os';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The variables that share the machine out over processes that run at once: each has as many cores as every other one,
 * so that the same job gives the same bits in each, and its own GPUs.
 * @param slot from 0
 */
export function slotEnvironment(
  slot: number,
  slots: number,
  environment: Environment,
  cores = availableParallelism(),
): Record<string, string> {
  const shared: Record<string, string> = {};
  if (slots > 1 && !environment.FORGE_THREADS) {
    shared.FORGE_THREADS = String(Math.max(1, Math.floor(cores / slots)));
  }
  const gpus = (environment.CUDA_VISIBLE_DEVICES ?? '').split(',').filter((gpu) => gpu.trim() !== '');
  if (slots > 1 && gpus.length > 1) {
    shared.CUDA_VISIBLE_DEVICES = gpus.filter((_, index) => index % slots === slot % gpus.length).join(',');
  }
  return shared;
}
