import { CommandText } from '../parts/command-text.js';
import { CopyButton } from '../parts/copy-button.js';

/** No run yet: the commands that make one. */
export function NoRuns() {
  return (
    <div class="empty">
      <h2>No runs yet</h2>
      <p>A run appears here as soon as its training starts. In a project:</p>
      <Command text="forge train" />
      <p>In an empty folder, to start with an example:</p>
      <Command text="forge init" />
    </div>
  );
}

function Command({ text }: { readonly text: string }) {
  return (
    <p class="command">
      <CommandText command={text} /> <CopyButton text={text} what="the command" />
    </p>
  );
}

interface NothingMatchesProps {
  readonly reason: string | null;
  readonly onClear: () => void;
}

/** Why the filter matches nothing. */
export function NothingMatches({ reason, onClear }: NothingMatchesProps) {
  return (
    <div class="empty">
      <h2>No run matches</h2>
      {reason !== null && <p>{reason}</p>}
      <p>
        <button type="button" class="button" onClick={onClear}>
          Show all runs
        </button>
      </p>
    </div>
  );
}
