import { printableText } from '@forge-ml/core/text';
import type { RunView } from '../../protocol/run-view.js';
import { hrefOf } from '../address/location.js';
import { compareHref } from '../parts/hrefs.js';
import { Link } from '../parts/link.js';
import { Status } from '../parts/status.js';
import { ViewHeading } from '../parts/view-heading.js';

/** The name of a run, and the way to a comparison with others. */
export function RunHeading({ run: { id, label, status, annotations } }: { readonly run: RunView }) {
  const compare = compareHref([id]);
  return (
    <header class="run-heading">
      <Status status={status} short />
      <ViewHeading title={printableText(label)} />
      {annotations.name !== '' && <p class="run-name">{printableText(annotations.name)}</p>}
      {hrefOf(compare) !== undefined && (
        <Link class="compare-link" href={compare}>
          Compare with…
        </Link>
      )}
    </header>
  );
}
