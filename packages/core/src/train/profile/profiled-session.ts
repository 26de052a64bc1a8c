import type { StepRequest } from '../../backend/backend.js';
import type { LoopSession } from '../loop/loop-request.js';
import type { StepProfile } from './step-profile.js';

/** A session whose steps report copies and computation to a profile. */
export function profiledSession<S extends LoopSession>(session: S, profile: StepProfile): S {
  const onSpan: NonNullable<StepRequest['onSpan']> = (part, start, end) => profile.add(part, start, end);
  const profiled = (request: StepRequest) => (profile.active ? { ...request, onSpan } : request);
  return new Proxy(session, {
    get(target, name) {
      if (name === 'step') return (...[batch, request]: Parameters<S['step']>) => target.step(batch, profiled(request));
      const value: unknown = Reflect.get(target, name, target);
      if (name === 'fused' && target.fused !== undefined) {
        const { fused } = target;
        return {
          get most() {
            return fused.most;
          },
          steps: (...[batches, request]: Parameters<typeof fused.steps>) => fused.steps(batches, profiled(request)),
        };
      }
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
