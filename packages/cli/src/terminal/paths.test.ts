import { expect } from 'chai';
import { runReference, shortPath } from './paths.js';

describe('paths', () => {
  it('are relative inside the current directory, and absolute elsewhere', () => {
    expect(shortPath('/a/b/c', '/a/b')).to.equal('c');
    expect(shortPath('/a/b', '/a/b')).to.equal('.');
    expect(shortPath('/a/x', '/a/b')).to.equal('/a/x');
  });

  it('replace the name of a run that is outside the default results folder', () => {
    const of = (run: string) => runReference({ run, experiment: 'mnist', number: 3 }, '/a/b');
    expect(of('/a/b/results/mnist/3')).to.equal('mnist/3');
    expect(of('/a/b/old/mnist/3')).to.equal('old/mnist/3');
    expect(of('/elsewhere/best')).to.equal('/elsewhere/best');
  });
});
