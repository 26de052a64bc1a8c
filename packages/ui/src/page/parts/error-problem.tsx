import { SourceError } from '../source/source.js';
import { Problem } from './problem.js';

/** Any error, with its next step if it has one. */
export function ErrorProblem({ error }: { readonly error: unknown }) {
  const message = error instanceof Error ? error.message : String(error);
  return <Problem message={message} hint={error instanceof SourceError ? error.hint : null} />;
}
