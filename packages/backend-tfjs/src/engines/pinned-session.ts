import type { TrainSession } from '@forge-ml/core/plugin';
import type { Tf } from '../tf/tf.js';

/**
 * Makes a started engine the active one. TensorFlow.js has one active backend a process, shared by all its copies;
 * tensors of another backend are moved when used. Switching to a started backend is synchronous, so callers can compute
 * at once.
 */
export function activate(tf: Tf, tfBackend: string): void {
  if (tf.getBackend() !== tfBackend) void tf.setBackend(tfBackend);
}

/** A session that activates its engine before each call, so that one process can have sessions on several engines. */
export function pinnedSession(session: TrainSession, activateEngine: () => void): TrainSession {
  const pinned = <A extends unknown[], R>(call: (...args: A) => R) => {
    return (...args: A): R => {
      activateEngine();
      return call(...args);
    };
  };
  return {
    artefacts: session.artefacts,
    parameters: session.parameters,
    warnings: session.warnings,
    step: pinned(session.step.bind(session)),
    evaluate: pinned(session.evaluate.bind(session)),
    predict: pinned(session.predict.bind(session)),
    capture: pinned(session.capture.bind(session)),
    restore: pinned(session.restore.bind(session)),
    dispose: pinned(session.dispose.bind(session)),
    get intact() {
      // Undefined if the session does not declare it.
      return session.intact ?? (undefined as never);
    },
    ...(session.labels && { labels: session.labels }),
    ...(session.learningRate && { learningRate: session.learningRate.bind(session) }),
    ...(session.observe && { observe: session.observe }),
    ...(session.liveTensors && { liveTensors: session.liveTensors.bind(session) }),
  };
}
