import { setTimeout } from 'node:timers/promises';
import { isForgeError } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { collectGarbage, identityModel, tensorIn } from '../models.test.support.js';
import { openOrt, terminateRun } from '../open-ort.js';
import { liveHandles } from './counts.js';

function everything() {
  const ort = openOrt();
  const session = ort.createSession(identityModel());
  const binding = session.bind();
  binding.bindInput('x', tensorIn([1]));
  binding.bindOutputToDevice('y');
  const options = ort.createRunOptions();
  binding.run(options);
  return { ort, session, binding, options, value: binding.outputs().get('y')! };
}

const all = { ort: 1, session: 1, binding: 1, 'run options': 1, value: 1, 'memory info': 1 };

describe('native objects of ONNX Runtime', () => {
  afterEach(() => openOrt().release());

  const releases: Readonly<Record<string, (made: ReturnType<typeof everything>) => void>> = {
    ort: ({ ort }) => ort.release(),
    'each from the inside out': ({ ort, session, binding, options, value }) => {
      for (const it of [value, options, binding, session, ort]) it.release();
    },
    'each from the outside in': ({ ort, session, binding, options, value }) => {
      for (const it of [ort, session, binding, options, value]) it.release();
    },
    'each twice': ({ ort, session, binding, options, value }) => {
      for (const it of [value, value, options, options, binding, binding, session, session, ort, ort]) it.release();
    },
  };
  for (const [order, release] of Object.entries(releases)) {
    it(`are all released once: ${order}`, () => {
      const made = everything();
      expect(liveHandles().live).to.deep.equal(all);
      release(made);
      expect(liveHandles().live).to.deep.equal({});
    });
  }

  it('are an error to use after their release, or that of what they were made from', () => {
    const uses = ({ ort, session, binding, options, value }: ReturnType<typeof everything>) => ({
      ort: [() => ort.createSession(identityModel()), () => ort.createRunOptions()],
      session: [() => session.bind(), () => session.endProfiling()],
      binding: [
        () => binding.run(),
        () => binding.outputs(),
        () => binding.bindInput('x', tensorIn([1])),
        () => binding.bindOutput('y', tensorIn([1])),
        () => binding.bindOutputToDevice('y'),
      ],
      options: [() => options.terminate(), () => options.unset(), () => binding.run(options)],
      value: [() => value.read()],
    });
    const codes = (calls: readonly (() => unknown)[]) =>
      calls.map((call) => {
        try {
          call();
          return 'no error';
        } catch (error) {
          return isForgeError(error) ? error.code : error;
        }
      });
    for (const kind of ['value', 'options', 'binding', 'session', 'ort'] as const) {
      const made = everything();
      made[kind].release();
      expect(codes(uses(made)[kind])).to.deep.equal(uses(made)[kind].map(() => 'BACKEND_INVALID'));
      made.ort.release();
      expect(codes(Object.values(uses(made)).flat())).to.satisfy((found: readonly unknown[]) =>
        found.every((code) => code === 'BACKEND_INVALID'),
      );
    }
    const given = everything();
    given.value.release();
    expect(codes([() => given.binding.bindInput('x', given.value)])).to.deep.equal(['BACKEND_INVALID']);
    given.ort.release();
  });

  it('are released where their creation or use fails', () => {
    const ort = openOrt();
    const failing = [
      () => ort.createSession(new Uint8Array(10)),
      () => ort.createSession(identityModel(), { config: { '': '' } }),
      () => ort.createSession(identityModel(), { providers: [{ name: 'cuda', options: { device_id: '0' } }] }),
      () => ort.createSession(identityModel()).bind().run(),
      () => ort.createRunOptions({ '': '' }),
    ];
    for (const call of failing) expect(call).to.throw();
    ort.release();
    expect(liveHandles().live).to.deep.equal({});
  });

  it('cannot be stopped after their release', () => {
    const { ort, options } = everything();
    expect(terminateRun(options.handle)).to.equal(true);
    ort.release();
    expect(terminateRun(options.handle)).to.equal(false);
  });

  it('are reported where they are dropped without a release', async () => {
    const ort = openOrt();
    const session = ort.createSession(identityModel());
    const before = liveHandles().abandoned.length;
    (() => void session.bind())();
    session.bind().release();
    for (let i = 0; i < 50 && liveHandles().abandoned.length === before; i++) {
      collectGarbage();
      await setTimeout(10);
    }
    expect(liveHandles().abandoned.slice(before)).to.deep.equal(['binding']);
    ort.release();
    expect(liveHandles().live).to.deep.equal({});
  });
});
