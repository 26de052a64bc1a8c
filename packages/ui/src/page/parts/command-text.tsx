import { printableText } from '@forge-ml/core/text';
import { Fragment } from 'preact';

/** A command, whose lines end between its words: a browser would end them within `--epochs`, too. */
export function CommandText({ command }: { readonly command: string }) {
  const words = printableText(command).split(' ');
  return (
    <code class="command-text">
      {words.map((word, at) => (
        <Fragment key={at}>
          {at > 0 && ' '}
          <span>{word}</span>
        </Fragment>
      ))}
    </code>
  );
}
