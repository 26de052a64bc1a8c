import { messageOf, ValueProblem } from '@forge-ml/core/plugin';
import { Template } from '@huggingface/jinja';
import type { TokenizerData } from './tokenizer-files.js';

/** One message of a conversation. */
export interface Message {
  readonly role: string;
  readonly content: unknown;
}

/** Writes messages as the text that a model reads. @param generate ends it so that the model answers next */
export type RenderChat = (messages: readonly Message[], generate: boolean) => string;

/** The chat template of a tokenizer, rendered as transformers renders it. */
export function chatRenderer({ tokens }: TokenizerData, template: string): RenderChat {
  const compiled = new Template(template);
  return (messages, generate) => {
    try {
      return compiled.render({
        ...tokens,
        messages,
        add_generation_prompt: generate,
      });
    } catch (error) {
      throw new ValueProblem(
        `is refused by the chat template: ${messageOf(error)}`,
        'Look at the roles and their order.',
      );
    }
  };
}
