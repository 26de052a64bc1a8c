import type { Line } from './code-lines.js';

/** A line of code, in colors. */
export function Tokens({ tokens }: { readonly tokens: Line }) {
  return (
    <>
      {tokens.map(({ text, type }, at) =>
        type === null ? (
          text
        ) : (
          <span key={at} class={`token-${type}`}>
            {text}
          </span>
        ),
      )}
    </>
  );
}
