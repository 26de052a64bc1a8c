import { formatBytes, formatCount, printableText } from '@forge-ml/core/text';
import type { RunCheckpoint, RunView } from '../../../protocol/run-view.js';
import { Ago } from '../../parts/ago.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Num } from '../../parts/number.js';
import { columnsOf } from './checkpoint-columns.js';

const states = { valid: '✓ valid', corrupt: '✕ corrupt', unverified: '– not checked' } as const;

/** The checkpoints of a run, the newest first. */
export function CheckpointTable({ run: { label, checkpoints, metrics } }: { readonly run: RunView }) {
  if (checkpoints.length === 0) return <p class="muted run-empty">It has no checkpoints yet.</p>;
  const columns = columnsOf(checkpoints, metrics);
  const newestFirst = [...checkpoints].sort((a, b) => b.step - a.step);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="scroll-x" tabIndex={0} aria-label="Checkpoints">
      <table class="data-table">
        <thead>
          <tr>
            <th class="number">step</th>
            <th class="number">epoch</th>
            <th>state</th>
            {columns.map((address) => (
              <th key={address} class="number">
                {printableText(address)}
              </th>
            ))}
            <th>best</th>
            <th class="number">size</th>
            <th>saved</th>
            <th>address</th>
          </tr>
        </thead>
        <tbody>
          {newestFirst.map((checkpoint) => (
            <Row key={checkpoint.step} label={label} checkpoint={checkpoint} columns={columns} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  readonly label: string;
  readonly checkpoint: RunCheckpoint;
  readonly columns: readonly string[];
}

function Row({ label, checkpoint, columns }: RowProps) {
  const { step, epoch, state, problem, metrics, bestBy, bytes, time } = checkpoint;
  return (
    <tr>
      <th scope="row" class="number">
        {formatCount(step)}
      </th>
      <td class="number">{epoch === null ? '' : Number.isInteger(epoch) ? epoch : epoch.toFixed(2)}</td>
      <td class={`checkpoint-${state}`}>
        {states[state]}
        {problem !== null && <div class="checkpoint-problem">{printableText(problem)}</div>}
      </td>
      {columns.map((address) => (
        <td key={address} class="number">
          {metrics[address] !== undefined && <Num value={metrics[address]} strong={bestBy.includes(address)} />}
        </td>
      ))}
      <td>{bestBy.map(printableText).join(', ')}</td>
      <td class="number">{bytes === null ? '' : formatBytes(bytes)}</td>
      <td>{time === null ? '' : <Ago time={time} />}</td>
      <td>
        <CopyButton text={`${label} ${step}`} what={`the address of the checkpoint at step ${step}`} />
      </td>
    </tr>
  );
}
