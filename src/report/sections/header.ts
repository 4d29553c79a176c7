import type { Manifest } from '../../contracts/run.ts';
import { secondsAtWork } from '../../contracts/time-at-work.ts';
import { formatDuration, formatTime } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { ReportData } from '../report-data.ts';

/** Title, state and circumstances of the run, and the way to the sections. */
export function header({ run }: ReportData, sections: readonly { id: string; title: string }[]): Html {
  return html`<header><div class="inner">
<div class="title"><h1>${run.name}</h1><span class="status ${run.status}">${run.status}</span></div>
<p class="soft" style="margin:6px 0 0">Results of a ${run.task} model · run <code>${run.id}</code></p>
${run.error !== undefined && html`<p class="mark" style="display:inline-block;margin-top:10px">${run.error}</p>`}
<dl class="facts">${facts(run).map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>
<nav aria-label="Sections">${sections.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}</nav>
</div></header>`;
}

function facts(run: Manifest): [string, string | Html][] {
  const { engine, git, startedAt, plan } = run;
  const seconds = secondsAtWork(run);
  const facts: ([string, string | Html] | false)[] = [
    ['Started', formatTime(startedAt)],
    seconds !== undefined && ['Duration', formatDuration(seconds)],
    plan !== undefined && ['Training', `${plan.epochs} epochs of ${plan.stepsPerEpoch} steps`],
    engine !== undefined && ['Engine', `TensorFlow ${engine.version}, ${engine.precision}`],
    engine !== undefined && ['Device', engine.device],
    ['Seed', String(run.seed)],
    git !== undefined && [
      'Source',
      html`${git.branch} <code>${git.commit.slice(0, 10)}</code>${git.dirty && ' with changes'}`,
    ],
    ['InnerEye', `${run.innereye}, Node.js ${run.node.replace(/^v/, '')}`],
    ...Object.entries(run.tags).map(([name, value]): [string, string] => [name, value]),
  ];
  return facts.filter(fact => fact !== false);
}
