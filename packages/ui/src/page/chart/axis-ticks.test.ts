import { expect } from 'chai';
import { horizontalTicks, placeText } from './axis-ticks.js';

const labels = (ticks: readonly { readonly label: string }[]) => ticks.map(({ label }) => label);

describe('horizontalTicks', () => {
  it('labels whole steps', () => {
    const { title, ticks } = horizontalTicks('step', { from: 0, to: 3 }, false, 8);
    expect([title, ...labels(ticks)]).to.deep.equal(['step', '0', '1', '2', '3']);
  });

  it('has the unit of the time', () => {
    const { title, ticks } = horizontalTicks('time', { from: 0, to: 4 * 3600 }, false, 5);
    expect([title, ...labels(ticks)]).to.deep.equal(['time (h)', '0', '1', '2', '3', '4']);
    expect(ticks.map(({ value }) => value)).to.deep.equal([0, 3600, 7200, 10_800, 14_400]);
  });

  it('says that an axis is logarithmic', () => {
    expect(horizontalTicks('time', { from: 1, to: 60 }, true, 5).title).to.equal('time (s), log scale');
  });

  it('labels round local times, and days at midnight', () => {
    const at = (day: number, hour: number) => new Date(2026, 4, day, hour).getTime() / 1000;
    const days = horizontalTicks('clock', { from: at(3, 20), to: at(4, 9) }, false, 5);
    expect([days.title, ...labels(days.ticks)]).to.deep.equal(['time', '21:00', '05-04', '03:00', '06:00', '09:00']);
    const hours = horizontalTicks('clock', { from: at(3, 8), to: at(3, 10) }, false, 3);
    expect([hours.title, ...labels(hours.ticks)]).to.deep.equal(['time, 2026-05-03', '08:00', '09:00', '10:00']);
  });
});

it('placeText writes a place in the unit of its axis', () => {
  expect(placeText('step', 12_345)).to.equal('12345');
  expect([placeText('epoch', 3), placeText('epoch', 2.71234)]).to.deep.equal(['3', '2.71']);
  expect(placeText('time', 3723)).to.equal('1:02:03');
  expect(placeText('clock', new Date(2026, 4, 3, 4, 5, 6).getTime() / 1000)).to.equal('2026-05-03 04:05:06');
});
