import { messageOf, ValueProblem } from '@forge-ml/core/plugin';
import { Template } from '@huggingface/jinja';
import { stripCharacters, stripsOf } from './jinja-strip.js';
import type { TokenizerData } from './tokenizer-files.js';

/** One message of a conversation. */
export interface Message {
  readonly role: string;
  readonly content: unknown;
}

/** A part of a text, in characters: the first, and the one after the last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Messages as the text that a model reads. */
export interface Rendered {
  readonly text: string;
  /** The answers, where the template marks them with `{% generation %}`. */
  readonly answers?: readonly Span[];
}

/** Writes messages as text. @param generate ends it so that the model answers next */
export type RenderChat = (messages: readonly Message[], generate: boolean) => Rendered;

/** Private characters of Unicode that no text of a model has: where answers begin and end. */
const [begin, end] = ['\u{f8fd0}', '\u{f8fd1}'];

/** The chat template of a tokenizer, rendered as transformers renders it. */
export function chatRenderer({ tokens }: TokenizerData, template: string): RenderChat {
  const { source, marks } = markAnswers(template);
  const compiled = new Template(source);
  stripsOf(compiled.parsed);
  return (messages, generate) => {
    try {
      const text = compiled.render({
        ...tokens,
        messages,
        add_generation_prompt: generate,
        // As Python's None: templates ask for both, whether they are defined and whether they are none.
        tools: null,
        documents: null,
        ...stripCharacters,
      });
      return marks ? withoutMarks(text) : { text };
    } catch (error) {
      throw new ValueProblem(
        `is refused by the chat template: ${messageOf(error)}`,
        'Look at the roles and their order, or give another template with { template }.',
      );
    }
  };
}

/**
 * Has `{% generation %}` and `{% endgeneration %}` write a mark. Between two statements, so that the spaces around are
 * removed as around the tag itself.
 */
function markAnswers(template: string): { readonly source: string; readonly marks: boolean } {
  let marks = false;
  const source = template.replace(
    /\{%([-+]?)\s*(end)?generation\s*([-+]?)%\}/g,
    (_, before: string, ends: string | undefined, after: string) => {
      marks = true;
      const nothing = 'set _ = none';
      return `{%${before} ${nothing} %}{{ '${ends === undefined ? begin : end}' }}{% ${nothing} ${after}%}`;
    },
  );
  return { source, marks };
}

function withoutMarks(marked: string): Rendered {
  const answers: Span[] = [];
  let text = '';
  for (const [at, piece] of marked.split(begin).entries()) {
    const [answer, ...rest] = piece.split(end);
    if (at > 0) answers.push({ from: text.length, to: text.length + answer!.length });
    text += [answer, ...rest].join('');
  }
  return { text, answers };
}
