import type { NamedTensors, SessionState, TrainSession } from '@forge-ml/core/plugin';
import { beyond, changed, eachTensor, numbersOf, zeros } from '../change-tensors.js';
import { type Fault, ofSessions, type SessionFault } from '../fault.js';

const rule = /a linear model's parameters after each update are those computed in float64/;
const resumed = /stopped at a step and resumed|resumed in a session after other steps|momentum: capture and restore/;
const whole = /capture and restore are exact/;

/** Changes the result of an update. */
const updating =
  (change: (before: SessionState, after: SessionState, session: TrainSession) => SessionState): SessionFault =>
  (session) => ({
    async step(batch, request) {
      const before = await session.capture();
      const stats = await session.step(batch, request);
      await session.restore(change(before, await session.capture(), session));
      return stats;
    },
  });

const trainableOnly = (session: TrainSession, state: SessionState, change: (tensors: NamedTensors) => NamedTensors) => {
  const names = new Set(session.parameters.filter(({ trainable }) => trainable).map(({ name }) => name));
  const trained = change(new Map([...state.parameters].filter(([name]) => names.has(name))));
  return { ...state, parameters: new Map([...state.parameters, ...trained]) };
};

/** Faults of updates. */
export const updates: Fault[] = ofSessions({
  'the learning rate is applied twice': [rule, updating((before, after) => beyond(before, after, 2))],
  'the learning rate is one per cent off': [rule, updating((before, after) => beyond(before, after, 1.01))],
  'gradients are sums over the rows': [
    rule,
    (session) => ({
      async step(batch, request) {
        const before = await session.capture();
        const stats = await session.step(batch, request);
        await session.restore(beyond(before, await session.capture(), batch.x!.shape[0]! / 8));
        return stats;
      },
    }),
  ],
  'updates follow the gradient upwards': [
    /sixty steps lower the loss/,
    updating((before, after) => beyond(before, after, -1)),
  ],
  'updates do nothing': [/a step changes the parameters/, updating((before) => before)],
  'a bias is not trained': [
    rule,
    updating((before, after, session) => {
      const [bias] = session.parameters.filter(({ shape, trainable }) => trainable && shape.length === 1).slice(-1);
      return bias === undefined
        ? after
        : { ...after, parameters: new Map([...after.parameters, [bias.name, before.parameters.get(bias.name)!]]) };
    }),
  ],
  'parameters decay by themselves': [
    rule,
    updating((_, after, session) =>
      trainableOnly(session, after, (tensors) => eachTensor(tensors, (value) => changed(value, (n) => 0.999 * n))),
    ),
  ],
  'updates are clipped at a hundredth': [
    rule,
    updating((before, after, session) =>
      trainableOnly(session, after, (tensors) =>
        eachTensor(tensors, (value, name) => {
          const from = numbersOf(before.parameters.get(name)!);
          return changed(value, (n, at) => from[at]! + Math.min(1e-2, Math.max(-1e-2, n - from[at]!)));
        }),
      ),
    ),
  ],
  'the first layer is not trained': [
    /follows the gradient of evaluate's loss|parameters after each update/,
    updating((before, after, session) => {
      const first = session.parameters.find(({ trainable }) => trainable)!.name;
      return { ...after, parameters: new Map([...after.parameters, [first, before.parameters.get(first)!]]) };
    }),
  ],
  'the first layer of a deep model is trained the wrong way': [
    /follows the gradient of evaluate's loss/,
    (session, { linear }) => {
      if (linear) return {};
      return updating((before, after) => {
        const first = session.parameters.find(({ trainable }) => trainable)!.name;
        const back = beyond(before, after, -1).parameters.get(first)!;
        return { ...after, parameters: new Map([...after.parameters, [first, back]]) };
      })(session, undefined as never);
    },
  ],
});

const slotsOf =
  (change: (slots: NamedTensors, session: TrainSession) => NamedTensors): SessionFault =>
  (session) => ({
    async capture(memory) {
      const state = await session.capture(memory);
      return { ...state, optimizer: change(state.optimizer, session) };
    },
  });

/** Faults of optimizer state. */
export const slots: Fault[] = ofSessions({
  'slots are not saved': [
    /momentum: stopped at a step|momentum: capture and restore|keeps the slots/,
    slotsOf(() => new Map()),
  ],
  'slots are saved as zeros': [resumed, slotsOf((all) => eachTensor(all, zeros))],
  'slots are saved with less precision': [
    resumed,
    slotsOf((all) => eachTensor(all, (value) => changed(value, (n) => Math.round(n * 1e3) / 1e3))),
  ],
  'the last slot is saved as zeros': [
    resumed,
    slotsOf((all) => new Map([...all].map(([name, value], at) => [name, at === all.size - 1 ? zeros(value) : value]))),
  ],
  'slots of the previous step are saved': [
    resumed,
    (session) => {
      let before: NamedTensors | undefined;
      return {
        async step(batch, request) {
          before = (await session.capture()).optimizer;
          return session.step(batch, request);
        },
        async capture() {
          const state = await session.capture();
          return { ...state, optimizer: before ?? state.optimizer };
        },
        async restore(state) {
          await session.restore(state);
          before = undefined;
        },
      };
    },
  ],
  'slots are not restored': [
    resumed,
    (session) => ({ restore: ({ parameters }) => session.restore({ parameters, optimizer: new Map() }) }),
  ],
  'slots are restored only into a session without any': [
    /momentum: (capture and restore|stopped at a step|resumed in a session)/,
    (session) => {
      let used = false;
      return {
        step: (batch, request) => {
          used = true;
          return session.step(batch, request);
        },
        restore: (state) => session.restore(used ? { ...state, optimizer: new Map() } : state),
      };
    },
  ],
  'slots are cleared by every restore': [
    resumed,
    (session) => ({
      restore: ({ parameters, optimizer }) => session.restore({ parameters, optimizer: eachTensor(optimizer, zeros) }),
    }),
  ],
  'slots are cleared by an evaluation': [
    /change nothing, including later steps/,
    (session) => ({
      async evaluate(batch) {
        const { parameters, optimizer } = await session.capture();
        await session.restore({ parameters, optimizer: eachTensor(optimizer, zeros) });
        return session.evaluate(batch);
      },
    }),
  ],
  'slots are cleared every fifth step': [
    /momentum: a linear model's parameters/,
    (session) => ({
      async step(batch, request) {
        if (request.step % 5 === 4) {
          const { parameters, optimizer } = await session.capture();
          await session.restore({ parameters, optimizer: eachTensor(optimizer, zeros) });
        }
        return session.step(batch, request);
      },
    }),
  ],
  'momentum is forgotten at once': [
    /momentum: a linear model's parameters/,
    (session) => ({
      async step(batch, request) {
        const { parameters, optimizer } = await session.capture();
        await session.restore({ parameters, optimizer: eachTensor(optimizer, zeros) });
        return session.step(batch, request);
      },
    }),
  ],
  'an empty optimizer map clears the slots': [
    /an empty optimizer map restores the parameters and keeps the slots/,
    (session) => ({
      async restore({ parameters, optimizer }) {
        const own = (await session.capture()).optimizer;
        await session.restore({ parameters, optimizer: optimizer.size > 0 ? optimizer : eachTensor(own, zeros) });
      },
    }),
  ],
  'an empty optimizer map is refused': [
    /an empty optimizer map restores the parameters and keeps the slots/,
    (session) => ({
      async restore(state) {
        if (state.optimizer.size === 0 && (await session.capture()).optimizer.size > 0)
          throw new Error('There are no slots.');
        await session.restore(state);
      },
    }),
  ],
  'what a plateau has seen is not saved': [
    /observed evaluations are part of the state/,
    (session) => {
      const seen = (name: string) => name.includes('plateau');
      return {
        async restore({ parameters, optimizer }) {
          const own = (await session.capture()).optimizer;
          const kept = new Map(
            [...optimizer].map(([name, value]) => [name, seen(name) ? own.get(name)! : value] as const),
          );
          await session.restore({ parameters, optimizer: kept });
        },
      };
    },
    'observe',
  ],
  'how long a plateau has waited is not saved': [
    /observed evaluations are part of the state/,
    (session) => ({
      async restore({ parameters, optimizer }) {
        const own = (await session.capture()).optimizer;
        const kept = [...optimizer].map(
          ([name, value]) => [name, name.endsWith('plateau/waited') ? own.get(name)! : value] as const,
        );
        await session.restore({ parameters, optimizer: new Map(kept) });
      },
    }),
    'observe',
  ],
  'evaluations teach nothing': [/observed evaluations are part of the state/, () => ({ observe() {} }), 'observe'],
});

/** Faults of captured and restored states. */
export const states: Fault[] = ofSessions({
  'restored by position': [
    whole,
    (session) => ({
      async restore({ parameters, optimizer }) {
        const own = await session.capture();
        const values = [...parameters.values()];
        const byPosition = [...own.parameters].map(
          ([name, mine], at) => [name, { ...mine, bytes: values[at]!.bytes }] as const,
        );
        await session.restore({ parameters: new Map(byPosition), optimizer });
      },
    }),
  ],
  'a rejected state is half assigned': [
    /STATE_MISMATCH, and nothing is assigned/,
    (session) => ({
      async restore(state) {
        const own = await session.capture();
        const [first] = own.parameters.keys();
        const given = state.parameters.get(first!);
        if (given !== undefined) {
          await session.restore({ parameters: new Map([...own.parameters, [first!, given]]), optimizer: new Map() });
        }
        await session.restore(state);
      },
    }),
  ],
  'a parameter that is missing stays as it is': [
    /without a tensor in parameters is STATE_MISMATCH/,
    (session) => ({
      async restore({ parameters, optimizer }) {
        const own = await session.capture();
        await session.restore({ parameters: new Map([...own.parameters, ...parameters]), optimizer });
      },
    }),
  ],
  'a parameter that is unknown is ignored': [
    /with an extra tensor in parameters is STATE_MISMATCH/,
    (session) => ({
      async restore({ parameters, optimizer }) {
        const own = await session.capture();
        const known = new Map([...parameters].filter(([name]) => own.parameters.has(name)));
        await session.restore({ parameters: known, optimizer });
      },
    }),
  ],
  'a slot that is missing stays as it is': [
    /without a tensor in optimizer is STATE_MISMATCH/,
    (session) => ({
      async restore({ parameters, optimizer }) {
        const own = await session.capture();
        await session.restore({
          parameters,
          optimizer: optimizer.size > 0 ? new Map([...own.optimizer, ...optimizer]) : optimizer,
        });
      },
    }),
  ],
  'a shape of as many numbers will do': [
    /another shape of the same size in \w+ is STATE_MISMATCH/,
    (session) => ({
      async restore({ parameters, optimizer }) {
        const own = await session.capture();
        const fitted = eachTensor(parameters, (value, name) => {
          const mine = own.parameters.get(name);
          return mine?.bytes.length === value.bytes.length ? { ...value, shape: mine.shape } : value;
        });
        await session.restore({ parameters: fitted, optimizer });
      },
    }),
  ],
  'a shape of more numbers is cut off': [
    /with a tensor of another shape in \w+ is STATE_MISMATCH/,
    (session) => ({
      async restore({ parameters, optimizer }) {
        const own = await session.capture();
        const fitted = eachTensor(parameters, (value, name) => {
          const mine = own.parameters.get(name);
          return mine !== undefined && mine.dtype === value.dtype && mine.bytes.length < value.bytes.length
            ? { ...mine, bytes: value.bytes.slice(0, mine.bytes.length) }
            : value;
        });
        await session.restore({ parameters: fitted, optimizer });
      },
    }),
  ],
  'a parameter is not saved': [
    /a state is complete: restored into a model/,
    (session) => ({
      parameters: session.parameters.slice(1),
      async capture() {
        const { parameters, optimizer } = await session.capture();
        return { parameters: new Map([...parameters].slice(1)), optimizer };
      },
      async restore({ parameters, optimizer }) {
        const [first] = (await session.capture()).parameters;
        await session.restore({ parameters: new Map([first!, ...parameters]), optimizer });
      },
    }),
  ],
  'parameters come in any order': [
    /lists parameters in the same order/,
    (session) => {
      let turn = 0;
      return {
        async capture() {
          const { parameters, optimizer } = await session.capture();
          return { parameters: turn++ % 2 === 1 ? new Map([...parameters].reverse()) : parameters, optimizer };
        },
      };
    },
  ],
  'parameters are saved with less precision': [
    resumed,
    (session) => ({
      async capture(memory) {
        const { parameters, optimizer } = await session.capture(memory);
        return {
          parameters: eachTensor(parameters, (value) => changed(value, (n) => Math.round(n * 1e4) / 1e4)),
          optimizer,
        };
      },
    }),
  ],
  'the last parameter is not restored': [
    whole,
    (session) => ({
      async restore({ parameters, optimizer }) {
        const own = await session.capture();
        const [last] = [...parameters.keys()].slice(-1);
        await session.restore({ parameters: new Map([...parameters, [last!, own.parameters.get(last!)!]]), optimizer });
      },
    }),
  ],
});
