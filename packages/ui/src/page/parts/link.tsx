import type { ComponentChildren } from 'preact';
import { hrefOf, open } from '../address/location.js';

interface LinkProps {
  readonly href: string;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly title?: string | undefined;
  readonly tabIndex?: number;
  readonly 'aria-current'?: 'page' | undefined;
}

/**
 * A link to another view. With a modifier key, or the middle button, the browser opens it as any other link. In a report
 * that does not have the view, its text.
 */
export function Link({ href, children, ...rest }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(href);
  };
  const shown = hrefOf(href);
  if (shown === undefined) return <span class={`no-view ${rest.class ?? ''}`}>{children}</span>;
  return (
    <a href={shown} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
