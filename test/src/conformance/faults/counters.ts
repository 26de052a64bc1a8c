import type { Stats, TrainSession } from '@forge-ml/core/plugin';
import { type Built, type Fault, ofSessions, type SessionFault } from '../fault.js';

const resumed = /stopped at a step and resumed|updates are those computed in float64/;
const decayingOnly = (session: TrainSession, { optimizer = '' }: Built, map: (step: number) => number) =>
  optimizer.includes('decaying') ? renumbered(session, map) : {};
const renumbered = (session: TrainSession, map: (step: number) => number): Partial<TrainSession> => ({
  step: (batch, { step, metrics }) => session.step(batch, { step: map(step), metrics }),
});
const own =
  (only: (optimizer: string) => boolean): SessionFault =>
  (session, { optimizer = '' }) => {
    let count = 0;
    return only(optimizer) ? renumbered(session, () => count++) : {};
  };
let ofProcess = 0;

/** Counters of steps, where the number of the step is given. */
export const counters: Fault[] = ofSessions({
  'a session counts its steps by itself': [resumed, own(() => true)],
  'a schedule counts its steps by itself': [
    /decaying rate: (stopped at a step|resumed in a session)/,
    own((optimizer) => optimizer.includes('decaying')),
  ],
  'Adam counts its steps by itself': [
    /adam: (stopped at a step|resumed in a session)/,
    own((optimizer) => optimizer === 'adam'),
    'slots of Adam',
  ],
  'a schedule counts the steps of the process': [
    /decaying rate: (a linear model's parameters|stopped at a step|resumed in a session)/,
    (session, built) => decayingOnly(session, built, () => ofProcess++),
  ],
  'a schedule keeps its first rate': [
    /decaying rate: a linear model's parameters/,
    (session, built) => decayingOnly(session, built, () => 0),
  ],
  'a schedule is late by a step': [
    /decaying rate: a linear model's parameters/,
    (session, built) => decayingOnly(session, built, (step) => Math.max(0, step - 1)),
  ],
  'a schedule is early by a step': [
    /decaying rate: a linear model's parameters/,
    (session, built) => decayingOnly(session, built, (step) => step + 1),
  ],
  'a schedule counts every second step': [
    /decaying rate: a linear model's parameters/,
    (session, built) => decayingOnly(session, built, (step) => step - (step % 2)),
  ],
  'a schedule ends after four steps': [
    /decaying rate: a linear model's parameters/,
    (session, built) => decayingOnly(session, built, (step) => Math.min(step, 4)),
  ],
  'a schedule restarts when a state is restored': [
    /decaying rate: (stopped at a step|resumed in a session)/,
    (session, built) => {
      let [from, latest] = [0, 0];
      return {
        ...decayingOnly(session, built, (step) => {
          latest = step;
          return step - from;
        }),
        async restore(state) {
          await session.restore(state);
          from = latest + 1;
        },
      };
    },
  ],
  'a schedule counts only steps with metrics': [
    /decaying rate: a linear model's parameters/,
    (session, { optimizer = '' }) => {
      let count = 0;
      if (!optimizer.includes('decaying')) return {};
      return {
        step: (batch, { metrics }) => session.step(batch, { step: metrics ? count++ : count, metrics }),
      };
    },
  ],
  'Adam corrects for one step too many': [
    /adam: a linear model's parameters/,
    (session, { optimizer }) => (optimizer === 'adam' ? renumbered(session, (step) => step + 1) : {}),
    'slots of Adam',
  ],
  'Adam corrects for the first step only': [
    /adam: a linear model's parameters/,
    (session, { optimizer }) => (optimizer === 'adam' ? renumbered(session, () => 0) : {}),
    'slots of Adam',
  ],
  'evaluate counts as a step': [
    /change nothing, including later steps|falling rate/,
    (session) => {
      let looks = 0;
      return {
        ...renumbered(session, (step) => step + looks),
        evaluate(batch) {
          looks++;
          return session.evaluate(batch);
        },
      };
    },
  ],
  'predict counts as a step': [
    /change nothing, including later steps/,
    (session) => {
      let looks = 0;
      return {
        ...renumbered(session, (step) => step + looks),
        predict(batch) {
          looks++;
          return session.predict(batch);
        },
      };
    },
  ],
  'capture counts as a step': [
    /change nothing, including later steps|falling rate: a linear model/,
    (session) => {
      let looks = 0;
      return {
        ...renumbered(session, (step) => step + looks),
        capture(memory) {
          looks++;
          return session.capture(memory);
        },
      };
    },
  ],
  'fused updates all get the first number': [
    /fused updates are bit for bit/,
    (session) => ({
      fused: {
        most: 8,
        async steps(batches, request) {
          const reports = [];
          for (const batch of batches) reports.push(await session.step(batch, request));
          return reports;
        },
      },
    }),
  ],
  'fused updates leave the last out': [
    /fused updates are bit for bit/,
    (session) => ({
      fused: {
        most: 8,
        async steps(batches, { step, metrics }) {
          const reports: Stats[] = [];
          for (const [at, batch] of batches.entries()) {
            const stats = at > 3 ? reports.at(-1)! : await session.step(batch, { step: step + at, metrics });
            reports.push(stats);
          }
          return reports;
        },
      },
    }),
  ],
});
