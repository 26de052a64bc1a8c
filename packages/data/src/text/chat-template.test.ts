import { expect } from 'chai';
import { answerSpans } from './answer-spans.js';
import { chatRenderer, type Message } from './chat-template.js';
import { fixtures, readJson } from './tokenizer/tokenizer-cases.test.support.js';

interface Case {
  readonly template: string;
  readonly conversation: string;
  readonly text?: string;
  readonly answers?: readonly (readonly [from: number, to: number])[];
  readonly refused?: string;
}
interface Chats {
  readonly templates: Readonly<Record<string, string>>;
  readonly conversations: Readonly<Record<string, readonly Message[]>>;
  readonly tokens: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
}

const { templates, conversations, tokens, cases } = readJson<Chats>(fixtures, '../chats.json');
const rendererOf = (template: string) => chatRenderer({ tokens } as never, template);

/** What an answer has in the text beside its content, by template and place. */
const around = {
  chatml: { before: '', after: '<|im_end|>\n' },
  'llama 3': { before: '', after: '<|eot_id|>' },
  mistral: { before: ' ', after: '</s>' },
  gemma: { before: '', after: '<end_of_turn>\n' },
} as const;

describe('chat templates', () => {
  for (const { template, conversation, text, answers, refused } of cases) {
    it(`${template}: ${conversation}, as transformers writes it`, () => {
      const messages = conversations[conversation]!;
      const render = rendererOf(templates[template]!);
      if (refused !== undefined) return void expect(() => answerSpans(messages, render)).to.throw(refused);
      const found = answerSpans(messages, render);
      expect(found.text).to.equal(text);
      if (answers !== undefined) expect(found.spans.map(({ from, to }) => [from, to])).to.deep.equal(answers);
    });
  }

  for (const [template, { before, after }] of Object.entries(around)) {
    it(`${template}: the answers have their content and what ends them`, () => {
      for (const [title, messages] of Object.entries(conversations)) {
        if (cases.find((one) => one.template === template && one.conversation === title)!.refused) continue;
        const { text, spans } = answerSpans(messages, rendererOf(templates[template]!));
        const isTrimmed = templates[template]!.includes('trim');
        const expected = messages
          .filter(({ role }) => role === 'assistant')
          .map(({ content }) => before + (isTrimmed ? (content as string).trim() : content) + after);
        expect(
          spans.map(({ from, to }) => text.slice(from, to)),
          title,
        ).to.deep.equal(expected);
      }
    });
  }

  const partsOf = (template: string, conversation: string) => {
    const { text, spans } = answerSpans(conversations[conversation]!, rendererOf(templates[template]!));
    return spans.map(({ from, to }) => text.slice(from, to));
  };

  it('find an earlier answer whose reasoning the template drops', () => {
    const name = 'reasoning of the last answer only';
    expect(partsOf(name, 'reasoning')).to.deep.equal([
      'No.<|im_end|>\n',
      '<think>\nit  is\n</think>\n\nYes.<|im_end|>\n',
    ]);
    expect(partsOf(name, 'two answers')[0]).to.equal('Hello, <b>you</b>!<|im_end|>\n');
    expect(partsOf(name, 'spaces')[0]).to.equal('  b  \n\n<|im_end|>\n');
  });

  it('find an answer without the reasoning that the prompt asks for', () => {
    const name = 'a prompt to reason';
    expect(partsOf(name, 'two answers')).to.deep.equal(['Hello, <b>you</b>!<|end|>', 'yes<|end|>']);
    expect(partsOf(name, 'reasoning')[1]).to.equal('it  is\n</think>\n\nYes.<|end|>');
    // It shares its first character with the prompt.
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: '<b>' },
    ];
    const { text, spans } = answerSpans(messages, rendererOf(templates[name]!));
    expect(text.slice(spans[0]!.from)).to.equal('<b><|end|>');
  });

  it('find each answer of a text that only the whole conversation ends', () => {
    const [first, second] = partsOf("ended, as Phi's", 'one answer').concat(partsOf("ended, as Phi's", 'two answers'));
    expect(first).to.equal('Hello, <b>you</b>!<|end|>\n</s>');
    expect(second)
      .to.match(/^Hello, <b>you<\/b>!<\|end\|>\n/)
      .and.not.include('user');
  });

  it('refuse an answer that is nowhere in the text', () => {
    const template = "{% for m in messages %}{{ m.content if loop.last else '…' }}{% endfor %}";
    expect(() => answerSpans(conversations['two answers']!, rendererOf(template))).to.throw('in another way');
  });
});
