import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Source } from './source.js';

/** Gives the source to all components below it. */
export const SourceContext = createContext<Source | undefined>(undefined);

/** The source of the page. */
export function useSource(): Source {
  return useContext(SourceContext)!;
}
