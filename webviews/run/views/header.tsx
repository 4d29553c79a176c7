import { signal } from '@preact/signals';
import { metricTitle } from '../../../src/contracts/metric-names.ts';
import { secondsAtWork } from '../../../src/contracts/time-at-work.ts';
import { formatDuration, formatNumber } from '../format.ts';
import { focusedRun, type OpenRun, post, revision } from '../state.ts';
import { type Progress, progressOf } from './progress.ts';

/** Ticks while a run is at work, for the times in the header. */
const now = signal(Date.now());
setInterval(() => {
  if (focusedRun.value?.info?.status === 'running') now.value = Date.now();
}, 1000);

const STATUS = {
  running: 'Running',
  completed: 'Completed',
  cancelled: 'Stopped',
  failed: 'Failed',
  interrupted: 'Interrupted',
} as const;

/** Name, state and progress of the run in focus, and what can be done with it. */
export function Header() {
  revision.value;
  const run = focusedRun.value!;
  const { info, store } = run;
  const status = info?.status;
  const progress = progressOf(store, status === 'running' ? new Date(now.value) : undefined);
  return (
    <header>
      <div class="title">
        <h1>{info?.name ?? 'Run'}</h1>
        {status && (
          <span class={`status ${status}`}>
            <span class="dot" aria-hidden="true" />
            {status === 'running' && info.job && !store.started ? info.job.status : STATUS[status]}
          </span>
        )}
        <Actions run={run} />
      </div>
      <Facts run={run} progress={progress} />
      <Bar progress={progress} running={status === 'running'} />
      <Notices run={run} />
    </header>
  );
}

function Actions({ run: { folder, info, fault } }: { run: OpenRun }) {
  const status = info?.status;
  const act =
    (type: 'stop' | 'resume' | 'openReport' | 'openFolder' | 'openPredictions' | 'bringBack') => () =>
      post({ type, folder });
  const gone = fault?.gone ?? false;
  const job = info?.job;
  // What a job left is looked at when it is here.
  const away = job !== undefined && !job.brought;
  const stopped = status === 'cancelled' || status === 'interrupted' || status === 'failed';
  return (
    <fieldset class="actions" disabled={gone} aria-label="What can be done with the run">
      {status === 'running' && (
        <button type="button" onClick={act('stop')}>
          {job ? 'Cancel job' : 'Stop'}
        </button>
      )}
      {stopped && !job && (
        <button type="button" class="primary" onClick={act('resume')}>
          Resume
        </button>
      )}
      {job && status !== 'running' && (
        <button type="button" class={away ? 'primary' : ''} onClick={act('bringBack')}>
          Bring back
        </button>
      )}
      {status === 'completed' && !away && (
        <>
          <button type="button" class="primary" onClick={act('openPredictions')}>
            Look at predictions
          </button>
          <button type="button" onClick={act('openReport')}>
            Report
          </button>
        </>
      )}
      <button type="button" onClick={act('openFolder')}>
        Folder
      </button>
    </fieldset>
  );
}

/** Of one that is neither at work nor finished it is not known how long it was. */
const secondsOf = (info: OpenRun['info']): number | undefined =>
  info && secondsAtWork(info, info.status === 'running' ? new Date().toISOString() : info.finishedAt);

function Facts({ run: { info, store }, progress }: { run: OpenRun; progress: Progress }) {
  const { started } = store;
  const facts: [name: string, value: string, more?: string | undefined][] = [];
  if (info?.job) facts.push(['AzureML', info.job.status, info.job.reason]);
  if (started) facts.push(['Epoch', `${progress.epoch} of ${started.epochs}`]);
  // What is made of other runs has no events of its own.
  const elapsed = store.latestTime ? progress.elapsed : secondsOf(info);
  if (elapsed !== undefined) facts.push(['Elapsed', formatDuration(elapsed)]);
  if (progress.remaining !== undefined)
    facts.push(['Remaining', `about ${formatDuration(progress.remaining)}`]);
  if (info?.best) {
    const { metric, value, epoch } = info.best;
    // Such as `validation/Dice/AverageAcrossStructures`.
    facts.push([
      `Best ${metricTitle(metric.split('/')[1] ?? metric)}`,
      formatNumber(value),
      `after epoch ${epoch}`,
    ]);
  }
  for (const [key, value] of Object.entries(info?.results ?? {})) {
    const [split, name] = key.split('/');
    if (split === 'test' && value !== null)
      facts.push([`Test ${metricTitle(name ?? '')}`, formatNumber(value)]);
  }
  return (
    <dl class="facts">
      {facts.map(([name, value, more]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {value}
            {more && <small> {more}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Bar({ progress, running }: { progress: Progress; running: boolean }) {
  if (!running) return <div class="rule" />;
  const { phase, share } = progress;
  return (
    <div class="progress">
      <div
        role="progressbar"
        aria-label={phase ?? 'Training'}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(share !== undefined && { 'aria-valuenow': Math.round(share * 100) })}
        class={share === undefined ? 'bar waiting' : 'bar'}
      >
        <div style={{ width: `${(share ?? 0.15) * 100}%` }} />
      </div>
      {phase && <p>{phase}</p>}
    </div>
  );
}

/** What is wrong with the run or its files, in words. */
function Notices({ run: { info, store, fault } }: { run: OpenRun }) {
  const notices: { kind: 'error' | 'warning'; text: string; remedy?: string | undefined }[] = [];
  if (fault) notices.push({ kind: 'error', text: fault.message, remedy: fault.remedy });
  const error =
    info?.status === 'failed' ? store.messages.findLast(({ type }) => type === 'error') : undefined;
  if (error?.type === 'error') notices.push({ kind: 'error', text: error.message, remedy: error.remedy });
  else if (info?.error) notices.push({ kind: 'error', text: info.error });
  if (info?.status === 'interrupted') {
    notices.push({
      kind: 'warning',
      text: 'The backend ended without a word.',
      remedy: 'Resume goes on from the last checkpoint.',
    });
  }
  if (store.brokenLines > 0) {
    const lines = store.brokenLines === 1 ? 'A line' : `${store.brokenLines} lines`;
    notices.push({ kind: 'warning', text: `${lines} of events.ndjson could not be read and are left out.` });
  }
  if (store.unknownEvents.size > 0) {
    const types = [...store.unknownEvents].map(([type, count]) => `${type} (${count})`).join(', ');
    notices.push({
      kind: 'warning',
      text: `The run has events that this version does not know: ${types}.`,
      remedy: 'A newer version of the extension may show them.',
    });
  }
  return (
    <>
      {notices.map(({ kind, text, remedy }) => (
        <p key={text} role={kind === 'error' ? 'alert' : 'status'} class={`notice ${kind}`}>
          {text} {remedy && <span>{remedy}</span>}
        </p>
      ))}
    </>
  );
}
