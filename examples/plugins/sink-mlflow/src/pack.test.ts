import { expect } from 'chai';
import type { Entry } from './entry.js';
import { pack } from './pack.js';

const spooled = (...entries: Entry[]) => entries.map((entry, index) => ({ entry, end: (index + 1) * 10 }));
const values = (count: number, name = 'm') =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, index]));
const metrics = (count: number, name?: string): Entry => ({
  kind: 'metrics',
  step: 1,
  time: 5,
  values: values(count, name),
});
const sizes = (entries: Entry[]) =>
  pack(spooled(...entries)).map((request) =>
    request.kind === 'batch'
      ? [
          request.batch.metrics.length,
          request.batch.params.length,
          request.batch.tags.length,
          request.end,
          request.partial,
        ]
      : [request.kind, request.end],
  );

describe('pack', () => {
  it('combines entries up to a thousand metrics, and reports the end of each request', () => {
    expect(sizes([metrics(400), metrics(400), metrics(400)])).to.deep.equal([
      [1000, 0, 0, 20, true],
      [200, 0, 0, 30, false],
    ]);
    expect(sizes([metrics(500), metrics(500), metrics(1)])).to.deep.equal([
      [1000, 0, 0, 20, false],
      [1, 0, 0, 30, false],
    ]);
  });

  it('splits a record of more than a thousand values into several requests', () => {
    expect(sizes([metrics(2500)])).to.deep.equal([
      [1000, 0, 0, null, true],
      [1000, 0, 0, null, true],
      [500, 0, 0, 10, false],
    ]);
  });

  it('limits requests to a hundred params, a hundred tags and a thousand in all', () => {
    const texts = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`p${index}`, 'v']));
    expect(sizes([{ kind: 'params', params: texts }]).map(([, params]) => params)).to.deep.equal([100, 100, 50]);
    expect(sizes([{ kind: 'tags', tags: texts }]).map(([, , tags]) => tags)).to.deep.equal([100, 100, 50]);
    const some = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`p${index}`, 'v']));
    for (const [m, p, t] of sizes([{ kind: 'params', params: some }, { kind: 'tags', tags: some }, metrics(950)])) {
      expect(Number(m) + Number(p) + Number(t)).to.be.at.most(1000);
    }
  });

  it('limits requests to a megabyte of JSON, whatever the names', () => {
    const requests = pack(spooled(metrics(1000, 'ä"'.repeat(300)), metrics(1000, 'ö'.repeat(400))));
    expect(requests.length).to.be.greaterThan(2);
    for (const request of requests) expect(Buffer.byteLength(JSON.stringify(request))).to.be.lessThan(1_000_000);
  });

  it('keeps the order around a status', () => {
    const status: Entry = { kind: 'status', status: 'FINISHED', time: 9 };
    expect(sizes([metrics(1), status, metrics(1)])).to.deep.equal([
      [1, 0, 0, 10, false],
      ['status', 20],
      [1, 0, 0, 30, false],
    ]);
  });

  it('writes NaN and infinities as strings, as protobuf does', () => {
    const [request] = pack(
      spooled({ kind: 'metrics', step: 1, time: 5, values: { a: Number.NaN, b: -Infinity, c: 2 } }),
    );
    expect(request!.kind === 'batch' && request!.batch.metrics.map(({ value }) => value)).to.deep.equal([
      'NaN',
      '-Infinity',
      2,
    ]);
  });
});
