import { expect } from 'chai';
import { unknownCommand } from './unknown-command.js';

const known = [
  'train',
  'eval',
  'runs',
  'runs:diff',
  'runs:show',
  'runs:verify',
  'plugins',
  'plugins:install',
  'generate:backend',
];

describe('unknownCommand', () => {
  const cases: readonly (readonly [id: string, message: string, hint: string])[] = [
    ['trian', 'There is no command forge trian.', 'Did you mean forge train?'],
    ['runs:shw', 'There is no command forge runs shw.', 'Did you mean forge runs show?'],
    ['runs:shw:digits/3', 'There is no command forge runs shw.', 'Did you mean forge runs show?'],
    [
      'runs:lin',
      'There is no command forge runs lin.',
      'Commands: forge runs, forge runs diff, forge runs show, forge runs verify.',
    ],
    [
      'runs:rm',
      'There is no command forge runs rm.',
      'Commands: forge runs, forge runs diff, forge runs show, forge runs verify.',
    ],
    [
      'runs:rm:digits/3',
      'There is no command forge runs rm.',
      'Commands: forge runs, forge runs diff, forge runs show, forge runs verify.',
    ],
    ['plugins:instal:x', 'There is no command forge plugins instal.', 'Did you mean forge plugins install?'],
    ['generate:bakend:x', 'There is no command forge generate bakend.', 'Did you mean forge generate backend?'],
    ['eval:all', '"all" is not expected after forge eval.', 'forge eval --help lists its arguments.'],
    ['zzzzzzzz', 'There is no command forge zzzzzzzz.', 'forge --help lists the commands.'],
  ];
  for (const [id, message, hint] of cases) {
    it(`suggests a command for ${id}`, async () => {
      const error = await unknownCommand(id, known);
      expect([error.code, error.message, error.hint]).to.deep.equal(['USAGE', message, hint]);
    });
  }
});
