import { BOTTLENECKS, bottleneckOf } from '../../../src/contracts/bottleneck.ts';
import type { Profile } from '../../../src/contracts/profile.ts';
import { focusedRun, type OpenRun, post } from '../state.ts';
import { type NodeRow, nodeRows, total } from './profile-rows.ts';

/** Where the time of a training step goes: by the nodes of the configuration, by operation, and whether it waits for data. */
export function ProfileView() {
  const run = focusedRun.value!;
  const { profile } = run;
  if (!profile) return <NotMeasured run={run} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable to be scrolled by keys
    <section class="scrolled" aria-label="Where the time of a step goes" tabIndex={0}>
      <Summary profile={profile} />
      <div class="tables">
        <Nodes folder={run.folder} profile={profile} />
        <Operations profile={profile} />
      </div>
    </section>
  );
}

function NotMeasured({ run: { info } }: { run: OpenRun }) {
  const command = `innereye train ${info?.configuration ?? 'CONFIG'} --profile`;
  return (
    <div class="empty">
      <p>The time of this run’s steps was not measured.</p>
      <p>
        <code>{command}</code> measures it; what is trained stays the same.
      </p>
    </div>
  );
}

function Summary({ profile }: { profile: Profile }) {
  const { steps, stepMilliseconds, waitingForData } = profile;
  const bottleneck = bottleneckOf(profile);
  const busy = 1 - waitingForData;
  return (
    <div class={`summary ${bottleneck}`}>
      <h2>{BOTTLENECKS[bottleneck]}</h2>
      <p>
        A step takes {milliseconds(stepMilliseconds)} ms, the median of {steps} while they were measured; the
        engine computes {percent(busy)} of the time and waits for batches {percent(waitingForData)}.
      </p>
      <div class="times" aria-hidden="true">
        <div class="forward" style={{ width: percent(busy) }} />
        <div class="waiting" style={{ width: percent(waitingForData) }} />
      </div>
    </div>
  );
}

function Nodes({ folder, profile }: { folder: string; profile: Profile }) {
  const rows = nodeRows(profile);
  const all = sumOf(rows.filter(({ part }) => part === undefined).map(total));
  const most = Math.max(...rows.map(total));
  return (
    <table>
      <caption>
        By the configuration
        <span class="key" aria-hidden="true">
          <span class="swatch forward" /> forward <span class="swatch backward" /> backward
        </span>
      </caption>
      <thead>
        <tr>
          <th scope="col">Part</th>
          <th scope="col" class="bars">
            <span class="hidden">Share of the most</span>
          </th>
          <th scope="col">Forward ms</th>
          <th scope="col">Backward ms</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={`${row.setting} ${row.part}`} class={row.part === undefined ? 'whole' : 'part'}>
            <th scope="row">
              <NodeName folder={folder} row={row} />
            </th>
            <td class="bars" aria-hidden="true">
              <Bar forward={row.forward / most} backward={row.backward / most} />
            </td>
            <td>{milliseconds(row.forward)}</td>
            <td>{milliseconds(row.backward)}</td>
            <td>{percent(total(row) / all)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function NodeName({ folder, row: { setting, part } }: { folder: string; row: NodeRow }) {
  if (part !== undefined) {
    return (
      <>
        <span class="hidden">{setting} </span>
        {part}
      </>
    );
  }
  return (
    <button
      type="button"
      class="plain link"
      title={`Go to ${setting} in the configuration`}
      onClick={() => post({ type: 'openSetting', folder, path: setting })}
    >
      {setting}
    </button>
  );
}

function Operations({ profile: { operations } }: { profile: Profile }) {
  const all = sumOf(operations.map(operation => operation.milliseconds));
  const most = Math.max(...operations.map(operation => operation.milliseconds));
  return (
    <table>
      <caption>By operation</caption>
      <thead>
        <tr>
          <th scope="col">Operation</th>
          <th scope="col" class="bars">
            <span class="hidden">Share of the most</span>
          </th>
          <th scope="col">Calls</th>
          <th scope="col">ms</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {operations.map(operation => (
          <tr key={operation.name}>
            <th scope="row">{operation.name}</th>
            <td class="bars" aria-hidden="true">
              <Bar forward={operation.milliseconds / most} backward={0} />
            </td>
            <td>{operation.count.toFixed(0)}</td>
            <td>{milliseconds(operation.milliseconds)}</td>
            <td>{percent(operation.milliseconds / all)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Bar({ forward, backward }: { forward: number; backward: number }) {
  return (
    <div class="times">
      <div class="forward" style={{ width: percent(forward) }} />
      <div class="backward" style={{ width: percent(backward) }} />
    </div>
  );
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const milliseconds = (value: number): string => value.toFixed(1);
const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
