import type { Batch, Engine, GradientReport, NamedTensors, SessionState, TrainSession } from '@forge-ml/core/plugin';
import { changed, copyOf, eachOf, eachTensor, zeros } from '../change-tensors.js';
import { type Fault, ofSessions, withChanges } from '../fault.js';

const formula = /moving average begins with the trained parameters and follows its formula/;
const averageResumed = /moving average is saved and restored/;
const evaluated = /evaluates the moving average in place of the parameters/;

/** A session whose captured average is changed. */
const averaging =
  (change: (ema: NamedTensors, state: SessionState) => NamedTensors) =>
  (session: TrainSession): Partial<TrainSession> => ({
    async capture(memory) {
      const state = await session.capture(memory);
      return state.ema === undefined ? state : { ...state, ema: change(state.ema, state) };
    },
  });

/** Faults of the moving average. */
const average: Fault[] = ofSessions({
  'the moving average is that of the last update': [
    formula,
    averaging((ema, { parameters }) => eachTensor(ema, (_, name) => parameters.get(name)!)),
    'ema',
  ],
  'the moving average begins with zeros': [formula, averaging((ema) => eachTensor(ema, zeros)), 'ema'],
  'the moving average is one per cent off': [
    formula,
    averaging((ema) => eachTensor(ema, (value) => changed(value, (number) => 1.01 * number))),
    'ema',
  ],
  'a parameter has no moving average': [formula, averaging((ema) => new Map([...ema].slice(1))), 'ema'],
  'restore ignores the moving average': [
    averageResumed,
    (session) => ({ restore: ({ parameters, optimizer }) => session.restore({ parameters, optimizer }) }),
    'ema',
  ],
  'restore keeps the moving average where the state has none': [
    /a state without a moving average sets it to the parameters/,
    (session) => ({
      async restore(state) {
        const { ema } = await session.capture();
        await session.restore(ema === undefined ? state : { ema, ...state });
      },
    }),
    'ema',
  ],
  'the parameters are evaluated in place of their average': [
    evaluated,
    (session) => ({ evaluate: (batch) => session.evaluate(batch) }),
    'ema',
  ],
  'the average stays in the parameters after its evaluation': [
    evaluated,
    (session) => ({
      async evaluate(batch, request) {
        const stats = await session.evaluate(batch, request);
        const state = await session.capture();
        if (request?.weights !== 'ema' || state.ema === undefined) return stats;
        const { ema } = state;
        const parameters = eachTensor(state.parameters, (value, name) => ema.get(name) ?? value);
        await session.restore({ ...state, parameters });
        return stats;
      },
    }),
    'ema',
  ],
});

const building = (change: (engine: Engine) => Engine['build']) => (engine: Engine) => ({ build: change(engine) });

const unasked: Fault = {
  name: 'a moving average is kept without a request',
  caughtBy: /a session without ema has no moving average/,
  needs: 'ema',
  engine: building((engine) => (request) => engine.build({ ema: 0.9, ...request })),
};

/** Faults of freezing. */
const freezing: Fault[] = [
  {
    name: 'frozen parameters are trained',
    caughtBy: /a frozen parameter keeps its bits/,
    needs: 'freeze',
    engine: building((engine) => async (request) => {
      const session = await engine.build({ ...request, freeze: undefined });
      const frozen = (name: string) => request.freeze?.includes(name) === true;
      const parameters = session.parameters.map((info) => {
        return { ...info, trainable: info.trainable && !frozen(info.name) };
      });
      return withChanges(session, { parameters });
    }),
  },
  {
    name: 'a frozen parameter is listed as trained',
    caughtBy: /a frozen parameter keeps its bits/,
    needs: 'freeze',
    engine: building((engine) => async (request) => {
      const session = await engine.build(request);
      const frozen = (name: string) => request.freeze?.includes(name) === true;
      const parameters = session.parameters.map((info) => (frozen(info.name) ? { ...info, trainable: true } : info));
      return withChanges(session, { parameters });
    }),
  },
  {
    name: 'everything is frozen',
    caughtBy: /a frozen parameter keeps its bits/,
    needs: 'freeze',
    engine: building((engine) => async (request) => {
      const session = await engine.build(request);
      if (request.freeze === undefined) return session;
      return withChanges(session, { step: async (batch) => session.evaluate(batch) });
    }),
  },
  {
    name: 'patterns are read as names',
    caughtBy: /a pattern freezes what it matches/,
    needs: 'freeze',
    engine: building((engine) => (request) => {
      return engine.build({ ...request, freeze: request.freeze?.filter((pattern) => !pattern.includes('*')) });
    }),
  },
  {
    name: 'a pattern that matches nothing is accepted',
    caughtBy: /one that matches nothing is refused by name/,
    needs: 'freeze',
    engine: building((engine) => (request) => {
      return engine.build({ ...request, freeze: request.freeze?.filter((pattern) => !pattern.startsWith('no-such')) });
    }),
  },
];

const rates = /reports the learning rate of each update/;
const replaced = /a learning rate in a step replaces that of the model/;

/** Faults of learning rates. */
const learningRates: Fault[] = ofSessions({
  'the learning rate is that of the next update': [
    rates,
    (session) => ({ learningRate: (step) => session.learningRate!(step + 1) }),
    'learningRate',
  ],
  'the learning rate is that of the first update': [
    rates,
    (session) => ({ learningRate: () => session.learningRate!(0) }),
    'learningRate',
  ],
  'the learning rate is unknown, though it is declared': [
    rates,
    () => ({ learningRate: () => undefined }),
    'learningRate',
  ],
  'a learning rate in a step is ignored': [
    replaced,
    (session) => ({ step: (batch, { learningRate: _, ...request }) => session.step(batch, request) }),
    'learningRate',
  ],
  'a learning rate in a step stays for later steps': [
    replaced,
    (session) => {
      let last: { readonly learningRate?: number | undefined } = {};
      return {
        step(batch, request) {
          if (request.learningRate !== undefined) last = { learningRate: request.learningRate };
          return session.step(batch, { ...request, ...last });
        },
      };
    },
    'learningRate',
  ],
});

const ofEvaluation = /an evaluation reports the outputs that it is made from/;
const ofStep = /a step reports the outputs before its update/;
const ofGradients = /a step reports the gradient of each trained parameter/;

const doubled = (outputs: Batch) => eachOf(outputs, (value) => changed(value, (number) => 1.1 * number));

const reportingGradients =
  (change: (report: GradientReport) => GradientReport) =>
  (session: TrainSession): Partial<TrainSession> => ({
    step(batch, request) {
      const { onGradients } = request;
      if (onGradients === undefined) return session.step(batch, request);
      return session.step(batch, { ...request, onGradients: (report) => onGradients(change(report)) });
    },
  });

type Entry = GradientReport extends ReadonlyMap<string, infer E> ? E : never;

const eachGradient = (report: GradientReport, change: (entry: Entry) => Partial<Entry>): GradientReport =>
  new Map([...report].map(([name, entry]) => [name, { ...entry, ...change(entry) }]));

/** Faults of what is reported. */
const reported: Fault[] = ofSessions({
  'an evaluation reports other outputs': [
    ofEvaluation,
    (session) => ({
      evaluate(batch, request) {
        const { onOutputs } = request ?? {};
        if (onOutputs === undefined) return session.evaluate(batch, request);
        return session.evaluate(batch, { ...request, onOutputs: (outputs) => onOutputs(doubled(outputs)) });
      },
    }),
    'outputs',
  ],
  'an evaluation reports no outputs': [
    ofEvaluation,
    (session) => ({ evaluate: (batch) => session.evaluate(batch) }),
    'outputs',
  ],
  'the outputs of evaluations are in the same memory': [
    ofEvaluation,
    (session) => {
      let kept: Batch | undefined;
      const pooled = (outputs: Batch) => {
        kept ??= copyOf(outputs);
        for (const name in outputs) kept[name]!.bytes.set(outputs[name]!.bytes);
        return kept;
      };
      return {
        evaluate(batch, request) {
          const { onOutputs } = request ?? {};
          if (onOutputs === undefined) return session.evaluate(batch, request);
          return session.evaluate(batch, { ...request, onOutputs: (outputs) => onOutputs(pooled(outputs)) });
        },
      };
    },
    'outputs',
  ],
  'a step reports the outputs after its update': [
    ofStep,
    (session) => ({
      async step(batch, { onOutputs, ...request }) {
        const stats = await session.step(batch, request);
        onOutputs?.(await session.predict(batch), 0);
        return stats;
      },
    }),
    'outputs',
  ],
  'a step reports its outputs only with its numbers': [
    ofStep,
    (session) => ({
      step: (batch, { onOutputs, ...request }) =>
        session.step(batch, request.metrics && onOutputs !== undefined ? { ...request, onOutputs } : request),
    }),
    'outputs',
  ],
  'fused updates report the outputs in another order': [
    /fused updates report the outputs of each, in order/,
    (session) => {
      const { fused } = session;
      if (fused === undefined) return {};
      return {
        fused: {
          most: fused.most,
          steps(batches, { onOutputs, ...request }) {
            if (onOutputs === undefined) return fused.steps(batches, request);
            const last = batches.length - 1;
            const reversed = (outputs: Batch, index: number) => onOutputs(outputs, last - index);
            return fused.steps(batches, { ...request, onOutputs: reversed });
          },
        },
      };
    },
    'fused outputs',
  ],
  'gradients are doubled': [
    ofGradients,
    reportingGradients((report) =>
      eachGradient(report, ({ gradient }) => ({ gradient: changed(gradient, (number) => 2 * number) })),
    ),
    'gradients',
  ],
  'the norm of the parameter is that of its change': [
    ofGradients,
    reportingGradients((report) => eachGradient(report, ({ updateNorm }) => ({ parameterNorm: updateNorm }))),
    'gradients',
  ],
  'the norm of the change is squared': [
    ofGradients,
    reportingGradients((report) => eachGradient(report, ({ updateNorm }) => ({ updateNorm: updateNorm ** 2 }))),
    'gradients',
  ],
  'a parameter has no gradient': [
    ofGradients,
    reportingGradients((report) => new Map([...report].slice(1))),
    'gradients',
  ],
  'asking for gradients skips the update': [
    /asking for outputs and gradients does not change training/,
    (session) => ({
      async step(batch, request) {
        const before = await session.capture();
        const stats = await session.step(batch, request);
        if (request.onGradients !== undefined) await session.restore(before);
        return stats;
      },
    }),
    'gradients',
  ],
});

/** Faults of the optional features. */
export const features: Fault[] = [...average, unasked, ...freezing, ...learningRates, ...reported];
