import { expect } from 'chai';
import { runSeconds } from './run-duration.js';

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000).toISOString();
const now = Date.parse(at(1000));

describe('runSeconds', () => {
  it('counts from the start to the end, or until now while the run is running', () => {
    const run = { created: at(10), ended: at(40), resumes: [] };
    expect(runSeconds(run, 'completed', now)).to.equal(30);
    expect(runSeconds({ ...run, ended: null }, 'running', now)).to.equal(990);
    expect(runSeconds({ ...run, ended: null }, 'crashed', now)).to.equal(null);
  });

  it('does not count the pauses before a resume', () => {
    const resumes = [
      { time: at(100), step: 5, stopped: at(40) },
      { time: at(300), step: 9, stopped: at(110) },
    ];
    const run = { created: at(10), ended: at(350), resumes };
    expect(runSeconds(run, 'stopped', now)).to.equal(30 + 10 + 50);
    expect(runSeconds({ ...run, ended: null }, 'running', now)).to.equal(30 + 10 + 700);
  });

  it('counts a pause whose start is unknown', () => {
    const resumes = [
      { time: at(100), step: 5 },
      { time: at(300), step: 9, stopped: at(110) },
    ];
    expect(runSeconds({ created: at(10), ended: at(350), resumes }, 'completed', now)).to.equal(100 + 50);
  });
});
