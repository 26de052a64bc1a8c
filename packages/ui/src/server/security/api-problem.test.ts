import { expect } from 'chai';
import { Hono } from 'hono';
import { answerProblem } from './api-problem.js';

describe('answers to unexpected errors', () => {
  it('say where the error is, which is written to the terminal once', async () => {
    const secret = new Error('a secret \u001b[31m');
    const routes = new Hono().get('/', () => {
      throw secret;
    });
    routes.onError(answerProblem);
    const { write } = process.stderr;
    const written: string[] = [];
    process.stderr.write = ((text: string) => written.push(text) > 0) as typeof write;
    try {
      for (let time = 0; time < 2; time++) {
        const answer = await routes.request('/');
        expect(answer.status).to.equal(500);
        expect(await answer.json()).to.deep.equal({
          code: 'INTERNAL',
          message: 'The dashboard failed to answer.',
          hint: 'See the terminal of forge ui, and report it with that text.',
        });
      }
    } finally {
      process.stderr.write = write;
    }
    expect(written).to.have.length(1);
    expect(written[0]).to.include('a secret').and.include('api-problem.test').and.not.include('\u001b');
  });
});
