import { expect } from 'chai';
import { densities, parseHistogram } from './histogram.js';

describe('a logged histogram', () => {
  it('is read', () => {
    expect(parseHistogram('{"edges":[0,1,2],"counts":[3,4],"min":0}')).to.deep.equal({
      edges: [0, 1, 2],
      counts: [3, 4],
    });
  });

  it('is refused where it is none', () => {
    const wrong = ['', 'null', '[]', '{}', '{"edges":[0,1],"counts":[]}', '{"edges":[0],"counts":[1]}'];
    wrong.push('{"edges":[1,0],"counts":[1]}', '{"edges":[0,"x"],"counts":[1]}', '{"edges":[0,1],"counts":[-1]}');
    for (const json of wrong) expect(parseHistogram(json), json).to.equal(undefined);
  });

  it('is spread over rows of equal height', () => {
    expect(densities({ edges: [0, 1, 2], counts: [2, 4] }, 0, 2, 4)).to.deep.equal([0.5, 0.5, 1, 1]);
    expect(densities({ edges: [0, 2], counts: [4] }, -1, 3, 4)).to.deep.equal([0, 1, 1, 0]);
  });

  it('may have all values equal, or none', () => {
    expect(densities({ edges: [1, 1], counts: [5] }, 0, 2, 2)).to.deep.equal([0, 1]);
    expect(densities({ edges: [0, 1], counts: [0] }, 0, 1, 2)).to.deep.equal([0, 0]);
  });
});
