import { formatCount, printableText } from '@forge-ml/core/text';
import { CommandText } from '../parts/command-text.js';
import { CopyButton } from '../parts/copy-button.js';
import { ErrorProblem } from '../parts/error-problem.js';
import { sweepHref } from '../parts/hrefs.js';
import { Link } from '../parts/link.js';
import { Status } from '../parts/status.js';
import { useLoad } from '../parts/use-load.js';
import { ViewHeading } from '../parts/view-heading.js';
import { useSource } from '../source/use-source.js';
import { sweepStatus } from './sweep-text.js';

/** `/sweeps` */
export function SweepsPage() {
  const source = useSource();
  const { data, error, isSlow } = useLoad('sweeps', (signal) => source.sweeps(signal));
  return (
    <div class="sweep-page">
      <ViewHeading title="Sweeps" />
      {error !== undefined && <ErrorProblem error={error} />}
      {data === undefined && error === undefined && isSlow && <p class="muted">Reading the sweeps…</p>}
      {data !== undefined && (data.sweeps.length === 0 ? <NoSweeps /> : <SweepTable sweeps={data.sweeps} />)}
    </div>
  );
}

type Sweeps = Awaited<ReturnType<ReturnType<typeof useSource>['sweeps']>>['sweeps'];

function SweepTable({ sweeps }: { readonly sweeps: Sweeps }) {
  return (
    <div class="sweeps-table">
      <table class="wide-table">
        <thead>
          <tr>
            <th scope="col">
              <span class="column-title">sweep</span>
            </th>
            <th scope="col">
              <span class="column-title">status</span>
            </th>
            <th scope="col" class="number">
              <span class="column-title">trials</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sweeps.map(({ id, name, status, trials }) => (
            <tr key={id}>
              <th scope="row">
                <Link href={sweepHref(id)}>{printableText(name)}</Link>
              </th>
              <td>
                <Status status={sweepStatus[status]} short />
                {status}
              </td>
              <td class="number">{formatCount(trials)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const example = "forge sweep --space 'learningRate=log(1e-4..1e-1)' --minimize valid.loss --trials 20";

function NoSweeps() {
  return (
    <>
      <p>There are no sweeps yet. A sweep trains many runs, and searches the flags of the best one:</p>
      <p class="command">
        <CommandText command={example} />
        <CopyButton text={example} what="the command that makes a sweep" />
      </p>
    </>
  );
}
