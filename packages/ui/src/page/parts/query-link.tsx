import type { ComponentChildren } from 'preact';
import { hrefWith } from '../address/href-with.js';
import { hrefOf, location, setQuery } from '../address/location.js';

interface QueryLinkProps {
  /** Parameters of the address; null removes one. */
  readonly to: Readonly<Record<string, string | null>>;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly title?: string;
  readonly 'aria-label'?: string;
  readonly 'aria-current'?: 'true';
}

/** A link to another state of the same view: the page stays where it is scrolled to. */
export function QueryLink({ to, children, ...rest }: QueryLinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    setQuery(to, true);
  };
  return (
    <a href={hrefOf(hrefWith(location.value, to))} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
