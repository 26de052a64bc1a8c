import { printableText } from '@forge-ml/core/text';
import { useSignal } from '@preact/signals';
import type { RunView } from '../../../protocol/run-view.js';
import { AnnotationForm } from './annotation-form.js';
import { Section } from './section.js';

interface AnnotationsProps {
  readonly run: RunView;
  readonly canEdit: boolean;
  readonly onChange: () => void;
}

/** Tags and note, which a person wrote; a form where they can be edited. */
export function Annotations({ run, canEdit, onChange }: AnnotationsProps) {
  const isEditing = useSignal(false);
  const { tags, note } = run.annotations;
  if (!canEdit && tags.length === 0 && note === '') return null;
  if (isEditing.value) {
    const close = (hasChanged: boolean) => {
      isEditing.value = false;
      if (hasChanged) onChange();
    };
    return (
      <Section title="Notes">
        <AnnotationForm run={run} onClose={close} />
      </Section>
    );
  }
  return (
    <Section title="Notes">
      {tags.length > 0 && (
        <ul class="tags">
          {tags.map((tag) => (
            <li key={tag}>{printableText(tag)}</li>
          ))}
        </ul>
      )}
      {note !== '' && <p class="note">{note.split('\n').map(printableText).join('\n')}</p>}
      {canEdit && (
        <button
          type="button"
          class="plain-button"
          onClick={() => {
            isEditing.value = true;
          }}
        >
          Edit name, tags and note
        </button>
      )}
    </Section>
  );
}
