import { Link } from '../parts/link.js';
import { ViewHeading } from '../parts/view-heading.js';

/** For an address that is no view. */
export function UnknownPage({ path }: { readonly path: string }) {
  return (
    <div class="notice-page">
      <ViewHeading title="Nothing here" />
      <p>
        The dashboard has no page <code>{path}</code>.
      </p>
      <p>
        <Link href="/">All runs</Link>
      </p>
    </div>
  );
}
