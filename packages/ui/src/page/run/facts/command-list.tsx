import type { RunCommand } from '../../../protocol/run-view.js';
import { CommandText } from '../../parts/command-text.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Section } from './section.js';

/** Commands for a terminal. */
export function CommandList({ commands }: { readonly commands: readonly RunCommand[] }) {
  if (commands.length === 0) return null;
  return (
    <Section title="Commands">
      {commands.map(({ title, command }) => (
        <Command key={title} title={title} command={command} />
      ))}
    </Section>
  );
}

export function Command({ title, command }: RunCommand) {
  return (
    <div class="command">
      <span class="muted">{title}</span>
      <CommandText command={command} />
      <CopyButton text={command} what={`the command: ${title}`} />
    </div>
  );
}
