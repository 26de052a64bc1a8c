import { expect } from 'chai';
import { type Visibility, whileVisible } from './while-visible.js';

class FakePage extends EventTarget {
  hidden = false;

  set(hidden: boolean): void {
    this.hidden = hidden;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

function start(hidden: boolean) {
  const page = new FakePage();
  page.hidden = hidden;
  const done: string[] = [];
  const open = (isLate: boolean) => {
    done.push(isLate ? 'open late' : 'open');
    return () => void done.push('close');
  };
  const stop = whileVisible(page as unknown as Visibility, open, 20);
  return { page, done, stop };
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('whileVisible', () => {
  it('closes a while after the page is hidden, and opens when it is shown again', async () => {
    const { page, done, stop } = start(false);
    page.set(true);
    expect(done).to.deep.equal(['open']);
    await wait(40);
    expect(done).to.deep.equal(['open', 'close']);
    page.set(false);
    expect(done).to.deep.equal(['open', 'close', 'open late']);
    stop();
    page.set(true);
    page.set(false);
    await wait(40);
    expect(done).to.deep.equal(['open', 'close', 'open late', 'close']);
  });

  it('stays open over a moment in another tab', async () => {
    const { page, done, stop } = start(false);
    page.set(true);
    page.set(false);
    await wait(40);
    expect(done).to.deep.equal(['open']);
    stop();
  });

  it('opens nothing in a page that is hidden until it is shown', async () => {
    const { page, done, stop } = start(true);
    await wait(40);
    expect(done).to.deep.equal([]);
    page.set(false);
    stop();
    expect(done).to.deep.equal(['open late', 'close']);
  });
});
