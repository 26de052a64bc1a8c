import { printableText } from '@forge-ml/core/text';
import { quoted } from '../filter/conditions.js';
import { useList } from '../state/list-context.js';

/** Tags of a run; a click lists the runs that have it. */
export function Tags({ tags }: { readonly tags: readonly string[] }) {
  const { actions } = useList();
  return (
    <>
      {tags.map((tag) => (
        <button
          key={tag}
          type="button"
          class="tag"
          title={`Runs with the tag ${printableText(tag)}`}
          onClick={() => actions.addCondition(`tag = ${quoted(tag)}`)}
        >
          {printableText(tag)}
        </button>
      ))}
    </>
  );
}
