import { expect } from 'chai';
import { LayerNames } from './layer-names.js';

const dense = (givenName?: string) => ({ kind: 'dense', givenName });

describe('names of layers', () => {
  it('number layers of a kind within their enclosing layers', () => {
    const names = new LayerNames();
    names.startTrace();
    expect(
      [dense(), dense(), { kind: 'conv2d', givenName: undefined }].map((layer) => names.pathOf(layer, '')),
    ).to.deep.equal(['dense_1', 'dense_2', 'conv2d_1']);
    expect(names.pathOf(dense(), 'block_1')).to.equal('block_1/dense_1');
    expect(names.pathOf(dense('head'), '')).to.equal('head');
    expect(names.pathOf(dense('head'), '')).to.equal('head_2');
  });

  it('begin with the key among the artefacts', () => {
    const net = { kind: 'sequential', givenName: undefined, transparent: true };
    const head = dense();
    const names = new LayerNames({ net, head });
    names.startTrace();
    expect(names.pathOf(net, '')).to.equal('net');
    expect(names.pathOf(dense(), 'net')).to.equal('net/dense_1');
    expect(names.pathOf(head, '')).to.equal('head/dense_1');
  });

  it('stay the same for a layer that is called again, in the same trace or a later one', () => {
    const names = new LayerNames();
    const [first, second] = [dense(), dense()];
    names.startTrace();
    expect([first, second, first].map((layer) => names.pathOf(layer, ''))).to.deep.equal([
      'dense_1',
      'dense_2',
      'dense_1',
    ]);
    names.startTrace();
    expect([second, first].map((layer) => names.pathOf(layer, ''))).to.deep.equal(['dense_2', 'dense_1']);
  });

  it('are reused where a model creates its layers again in each trace', () => {
    const names = new LayerNames();
    names.startTrace();
    expect([dense(), dense()].map((layer) => names.pathOf(layer, ''))).to.deep.equal(['dense_1', 'dense_2']);
    names.startTrace();
    expect([dense(), dense()].map((layer) => names.pathOf(layer, ''))).to.deep.equal(['dense_1', 'dense_2']);
  });
});
