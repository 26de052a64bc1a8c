/** What it needs of a document. */
export type Visibility = Pick<Document, 'hidden' | 'addEventListener' | 'removeEventListener'>;

/** A person who looks at another tab for a moment comes back to one that has gone on, ms. */
const patience = 5_000;

/**
 * Has something open while a page is visible: closed some seconds after the page is hidden, opened again when it is shown.
 * A page that is hidden from the start opens it when it is shown.
 * @param open called with whether what happened since the page was loaded may have been missed. @returns closes it
 * @returns closes it for good
 */
export function whileVisible(page: Visibility, open: (isLate: boolean) => () => void, wait = patience): () => void {
  let isLate = false;
  let close: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const show = () => {
    clearTimeout(timer);
    close ??= open(isLate);
  };
  const hide = () => {
    close?.();
    close = undefined;
    isLate = true;
  };
  const change = () => {
    if (!page.hidden) return show();
    clearTimeout(timer);
    timer = setTimeout(hide, wait);
  };
  page.addEventListener('visibilitychange', change);
  if (page.hidden) hide();
  else show();
  return () => {
    page.removeEventListener('visibilitychange', change);
    clearTimeout(timer);
    close?.();
  };
}
