import type { Stats, TrainSession } from '@forge-ml/core/plugin';
import { type Built, type Fault, ofSessions, type SessionFault } from '../fault.js';

const resumed = /stopped at a step and resumed|updates are those computed in float64/;
const fallingOnly = (session: TrainSession, { optimizer = '' }: Built, told: (step: number) => number) =>
  optimizer.includes('falling') ? telling(session, told) : {};
const telling = (session: TrainSession, told: (step: number) => number): Partial<TrainSession> => ({
  step: (batch, { step, metrics: wanted }) => session.step(batch, { step: told(step), metrics: wanted }),
});
const own =
  (only: (optimizer: string) => boolean): SessionFault =>
  (session, { optimizer = '' }) => {
    let count = 0;
    return only(optimizer) ? telling(session, () => count++) : {};
  };
let ofProcess = 0;

/** What counts steps by itself, where the number is told. */
export const counters: Fault[] = ofSessions({
  'a session counts its steps by itself': [resumed, own(() => true)],
  'a schedule counts its steps by itself': [
    /falling rate: (stopped at a step|resumed in a session)/,
    own((optimizer) => optimizer.includes('falling')),
  ],
  'Adam counts its steps by itself': [
    /adam: (stopped at a step|resumed in a session)/,
    own((optimizer) => optimizer === 'adam'),
    'slots of Adam',
  ],
  'a schedule counts the steps of the process': [
    /falling rate: (a linear model's parameters|stopped at a step|resumed in a session)/,
    (session, built) => fallingOnly(session, built, () => ofProcess++),
  ],
  'a schedule stays at its first rate': [
    /falling rate: a linear model's parameters/,
    (session, built) => fallingOnly(session, built, () => 0),
  ],
  'a schedule is late by a step': [
    /falling rate: a linear model's parameters/,
    (session, built) => fallingOnly(session, built, (step) => Math.max(0, step - 1)),
  ],
  'a schedule is early by a step': [
    /falling rate: a linear model's parameters/,
    (session, built) => fallingOnly(session, built, (step) => step + 1),
  ],
  'a schedule goes by every second step': [
    /falling rate: a linear model's parameters/,
    (session, built) => fallingOnly(session, built, (step) => step - (step % 2)),
  ],
  'a schedule ends after four steps': [
    /falling rate: a linear model's parameters/,
    (session, built) => fallingOnly(session, built, (step) => Math.min(step, 4)),
  ],
  'a schedule begins anew when a state is restored': [
    /falling rate: (stopped at a step|resumed in a session)/,
    (session, built) => {
      let [from, told] = [0, 0];
      return {
        ...fallingOnly(session, built, (step) => {
          told = step;
          return step - from;
        }),
        async restore(state) {
          await session.restore(state);
          from = told + 1;
        },
      };
    },
  ],
  'a schedule goes by the steps whose numbers are wanted': [
    /falling rate: a linear model's parameters/,
    (session, { optimizer = '' }) => {
      let count = 0;
      if (!optimizer.includes('falling')) return {};
      return {
        step: (batch, { metrics: wanted }) => session.step(batch, { step: wanted ? count++ : count, metrics: wanted }),
      };
    },
  ],
  'Adam corrects for one step too many': [
    /adam: a linear model's parameters/,
    (session, { optimizer }) => (optimizer === 'adam' ? telling(session, (step) => step + 1) : {}),
    'slots of Adam',
  ],
  'Adam corrects for the first step only': [
    /adam: a linear model's parameters/,
    (session, { optimizer }) => (optimizer === 'adam' ? telling(session, () => 0) : {}),
    'slots of Adam',
  ],
  'evaluate counts as a step': [
    /change nothing, including later steps|falling rate/,
    (session) => {
      let looks = 0;
      return {
        ...telling(session, (step) => step + looks),
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
        ...telling(session, (step) => step + looks),
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
        ...telling(session, (step) => step + looks),
        capture(memory) {
          looks++;
          return session.capture(memory);
        },
      };
    },
  ],
  'fused updates are all told the first number': [
    /fused updates are bit for bit/,
    (session) => ({
      fused: {
        most: 8,
        async steps(batches, request) {
          const told = [];
          for (const batch of batches) told.push(await session.step(batch, request));
          return told;
        },
      },
    }),
  ],
  'fused updates leave the last out': [
    /fused updates are bit for bit/,
    (session) => ({
      fused: {
        most: 8,
        async steps(batches, { step, metrics: wanted }) {
          const told: Stats[] = [];
          for (const [at, batch] of batches.entries()) {
            const stats = at > 3 ? told.at(-1)! : await session.step(batch, { step: step + at, metrics: wanted });
            told.push(stats);
          }
          return told;
        },
      },
    }),
  ],
});
