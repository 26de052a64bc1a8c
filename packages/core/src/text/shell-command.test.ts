import { expect } from 'chai';
import { shellCommand } from './shell-command.js';

describe('shellCommand', () => {
  it('quotes what a shell would interpret, but not the names of flags', () => {
    const words = [
      'forge',
      'train',
      '--run-name',
      "it's",
      '--steps=5',
      '--map=a*=b',
      '--x=',
      '-h',
      '-1.5',
      '--a b',
      '$X',
    ];
    expect(shellCommand(words)).to.equal(
      "forge train --run-name 'it'\\''s' --steps=5 --map='a*=b' --x= -h '-1.5' '--a b' '$X'",
    );
  });

  it('has no control characters', () => {
    expect(shellCommand(['--a=\u001b[2J', '\u001b[2J'])).to.not.include('\u001b');
  });
});
