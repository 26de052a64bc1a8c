import { localLauncher } from '@forge-ml/core/node';
import type { JobBatch, JobLauncher, JobState } from '@forge-ml/core/plugin';
import { describeLauncherConformance } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { runTests } from './run-suite.js';

/** Members of a valid launcher with a fault, and the test that must find it. */
type Fault = readonly [make: (launcher: JobLauncher) => Partial<JobLauncher>, found: RegExp];

const submitting = (change: (batch: JobBatch) => JobBatch): Fault[0] => {
  return (launcher) => ({ submit: (batch) => launcher.submit(change(batch)) });
};
const querying = (change: (state: JobState, id: string) => JobState): Fault[0] => {
  return (launcher) => ({
    query: async (ids) => (await launcher.query(ids)).map((state, index) => change(state, ids[index]!)),
  });
};
type Output = Parameters<JobLauncher['attach']>[1];
const attaching = (output: (given: Output) => Output): Fault[0] => {
  return (launcher) => ({ attach: (id, given) => launcher.attach(id, output(given)) });
};
const faults: Readonly<Record<string, Fault>> = {
  'is of another port': [() => ({ port: 1 as never }), /literal port version/],
  'forgets the last job': [
    (launcher) => ({
      submit: async (batch) => (await launcher.submit({ ...batch, count: batch.count - 1 })).concat('x'),
    }),
    /starts each job of a batch once/,
  ],
  'starts each job twice': [
    (launcher) => ({
      async submit(batch) {
        await launcher.submit({ ...batch, name: `${batch.name}-again` });
        return launcher.submit(batch);
      },
    }),
    /starts each job of a batch once/,
  ],
  'starts jobs in its own folder': [
    submitting((batch) => ({ ...batch, directory: '/' })),
    /starts each job of a batch once/,
  ],
  'loses the environment': [submitting((batch) => ({ ...batch, env: {} })), /starts each job of a batch once/],
  'numbers jobs within a batch': [
    (launcher) => ({ submit: async (batch) => (await launcher.submit(batch)).map((_, index) => String(index)) }),
    /an id of its own/,
  ],
  'has more jobs at once than slots': [() => ({ slots: 1 }), /as many at once as it has slots/],
  'ignores the throttle': [submitting((batch) => ({ ...batch, throttle: null })), /no more of a batch at once/],
  'finds what was never submitted': [
    () => ({ find: async ({ count }) => Array.from({ length: count }, (_, index) => `job ${index}`) }),
    /finds nothing of a batch/,
  ],
  'finds the jobs in another order': [
    (launcher) => ({ find: async (batch) => (await launcher.find(batch))?.toReversed() ?? null }),
    /finds nothing of a batch/,
  ],
  'ends running jobs when it is closed': [
    (launcher) => {
      const all: string[] = [];
      return {
        async submit(batch) {
          const ids = await launcher.submit(batch);
          all.push(...ids);
          return ids;
        },
        close: () => launcher.cancel(all),
      };
    },
    /lets running jobs go on after close/,
  ],
  'reports success for every job': [
    querying((state) => (state.state === 'ended' ? { ...state, status: 0 } : state)),
    /reports the exit status of each job/,
  ],
  'sorts the states': [
    (launcher) => ({ query: async (ids) => launcher.query([...ids].sort()) }),
    /reports the exit status of each job/,
  ],
  'has a status before the end': [
    querying((state) => ({ ...state, status: state.status ?? 0 })),
    /runs until it has ended/,
  ],
  'takes a signal for a status of 1': [
    querying((state) => (state.status !== null && state.status > 128 ? { ...state, status: 1 } : state)),
    /SIGSEGV ended/,
  ],
  'has no reason for a crash': [querying((state) => ({ ...state, reason: null })), /SIGKILL ended/],
  'takes unknown jobs for ended ones': [
    querying((state) => (state.state === 'unknown' ? { ...state, state: 'ended' } : state)),
    /does not know the ids of others/,
  ],
  'fails for unknown jobs': [
    querying((state, id) => {
      if (state.state === 'unknown') throw new Error(`There is no job ${id}.`);
      return state;
    }),
    /does not know the ids of others/,
  ],
  'knows only its own jobs': [
    (launcher) => {
      const own = new Set<string>();
      return {
        async submit(batch) {
          const ids = await launcher.submit(batch);
          for (const id of ids) own.add(id);
          return ids;
        },
        query: async (ids) =>
          (await launcher.query(ids)).map((state, index) =>
            own.has(ids[index]!) ? state : { state: 'unknown', status: null, reason: null },
          ),
      };
    },
    /answers another process by id/,
  ],
  'announces nothing': [
    () => ({ changed: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())) }),
    /announces the end of a job/,
  ],
  'cancels at once': [(launcher) => ({ cancel: (ids) => launcher.cancel(ids, { now: true }) }), /cancels in order/],
  'never cancels at once': [
    (launcher) => ({ cancel: (ids) => launcher.cancel(ids) }),
    /ends a job at once that does not stop/,
  ],
  'cancels only running jobs': [
    (launcher) => ({
      async cancel(ids, options) {
        const states = await launcher.query(ids);
        await launcher.cancel(
          ids.filter((_, index) => states[index]!.state !== 'pending'),
          options,
        );
      },
    }),
    /never starts a job that was cancelled while it waited/,
  ],
  'cannot cancel what has ended': [
    (launcher) => ({
      async cancel(ids, options) {
        const states = await launcher.query(ids);
        if (states.some(({ state }) => state !== 'running')) throw new Error('it has ended');
        await launcher.cancel(ids, options);
      },
    }),
    /does nothing for jobs that have ended/,
  ],
  'mixes up the streams': [
    attaching((output) => (bytes) => output(bytes, 'stdout')),
    /output of a job from its start, by stream/,
  ],
  'passes on what comes after the start only': [
    attaching((output) => {
      let started = false;
      setImmediate(() => {
        started = true;
      });
      return (bytes, stream) => started && output(bytes, stream);
    }),
    /output of a job from its start, by stream/,
  ],
  'passes on the first 64 KiB': [
    attaching((output) => {
      let length = 0;
      return (bytes, stream) => {
        length += bytes.length;
        if (length <= 65536) output(bytes, stream);
      };
    }),
    /passes on all output before it reports the end/,
  ],
  'follows jobs that it does not know': [
    (launcher) => ({
      attach: async (id, output) =>
        launcher.attach(id, output).catch(() => ({ id, wait: async () => 0, cancel: async () => undefined })),
    }),
    /fails for a job that it does not know/,
  ],
};

describe('the conformance suite of launchers', function () {
  this.timeout(60_000);

  const declare = (name: string, make: Fault[0]) => () =>
    describeLauncherConformance({
      name,
      seconds: 3,
      open() {
        const launcher = localLauncher({ workers: 2 });
        const changed = make(launcher);
        return new Proxy(launcher, {
          get(_, member: keyof JobLauncher) {
            const own = Object.hasOwn(changed, member) ? changed[member] : launcher[member];
            return typeof own === 'function' && !Object.hasOwn(changed, member) ? own.bind(launcher) : own;
          },
        });
      },
    });

  for (const [name, [make, found]] of Object.entries(faults)) {
    it(`finds a launcher that ${name}`, async () => {
      const { failed } = await runTests(declare(name, make), found);
      expect(failed).to.not.deep.equal([]);
    });
  }

  it('passes a valid launcher', async () => {
    const { failed, slow, pending } = await runTests(
      declare('valid', () => ({})),
      /states|following/,
    );
    expect([failed, slow, pending]).to.deep.equal([[], [], []]);
  });
});
