import { expect } from 'chai';
import { routeOf } from './routes.js';

describe('routes of the dashboard', () => {
  it('are the views', () => {
    expect(routeOf('/')).to.deep.equal({ view: 'runs' });
    expect(routeOf('/compare')).to.deep.equal({ view: 'compare' });
    expect(routeOf('/sweeps/')).to.deep.equal({ view: 'sweeps' });
    expect(routeOf('/run/results/churn/12')).to.deep.equal({ view: 'run', id: 'results/churn/12' });
    expect(routeOf('/sweep/results/wide')).to.deep.equal({ view: 'sweep', id: 'results/wide' });
  });

  it('decode names', () => {
    expect(routeOf('/run/my%20results/caf%C3%A9/1')).to.deep.equal({ view: 'run', id: 'my results/café/1' });
  });

  it('are unknown for any other path', () => {
    for (const path of [
      '/run',
      '/run/a/b',
      '/run/a//1',
      '/run/a/b/1/c',
      '/run/%E0%A4%A/b/1',
      '/toString',
      '/sweep/a/b/c',
    ])
      expect(routeOf(path), path).to.deep.equal({ view: 'unknown', path });
  });
});
