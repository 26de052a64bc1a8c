import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { RunView } from '../../../protocol/run-view.js';
import { ErrorProblem } from '../../parts/error-problem.js';
import { formatTags, parseTags } from '../../parts/tags-text.js';
import { useSource } from '../../source/use-source.js';

interface AnnotationFormProps {
  readonly run: RunView;
  readonly onClose: (hasChanged: boolean) => void;
}

/** Edits the name, tags and note of a run. What was typed stays when it cannot be written. */
export function AnnotationForm({ run: { id, annotations }, onClose }: AnnotationFormProps) {
  const source = useSource();
  const problem = useSignal<unknown>(undefined);
  const isSaving = useSignal(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current!.focus(), []);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(data.get(name) ?? '');
    isSaving.value = true;
    try {
      await source.annotate({ run: id, name: text('name').trim(), tags: parseTags(text('tags')), note: text('note') });
      onClose(true);
    } catch (error) {
      problem.value = error;
      isSaving.value = false;
    }
  };
  return (
    <form class="annotation-form" onSubmit={(event) => void save(event)}>
      <label>
        Name
        <input name="name" defaultValue={annotations.name} ref={first} />
      </label>
      <label>
        Tags
        <input name="tags" defaultValue={formatTags(annotations.tags)} />
      </label>
      <label>
        Note
        <textarea name="note" rows={4} defaultValue={annotations.note} />
      </label>
      {problem.value !== undefined && <ErrorProblem error={problem.value} />}
      <div class="form-buttons">
        <button type="submit" class="plain-button" disabled={isSaving.value}>
          Save
        </button>
        <button type="button" class="plain-button" onClick={() => onClose(false)}>
          Cancel
        </button>
      </div>
    </form>
  );
}
