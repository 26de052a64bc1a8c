import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** Whether a view was open before: the first one leaves the focus to the browser. */
let isNavigation = false;

interface ViewHeadingProps {
  /** The title of the document: plain text. */
  readonly title: string;
  /** What the heading shows; the title if there is nothing else. */
  readonly children?: ComponentChildren;
  readonly hidden?: boolean;
}

/** The heading of a view, which gets the focus when the view is opened from another one. */
export function ViewHeading({ title, children, hidden = false }: ViewHeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – Forge`;
  }, [title]);
  useEffect(() => {
    if (isNavigation) heading.current!.focus({ preventScroll: true });
    isNavigation = true;
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} class={hidden ? 'only-read' : 'view-heading'}>
      {children ?? title}
    </h1>
  );
}
