import type { ComponentChildren } from 'preact';
import type {
  ComparedMeasurements,
  ComparedSubjects,
  ComparedValue,
  FromComparison,
  RunAgainstFirst,
} from '../../src/contracts/comparison.ts';
import { ChangedCases } from './changed-cases.tsx';
import { nameOf, numberText, signedText, VERDICTS, valueText } from './text.ts';

interface Props {
  readonly one: RunAgainstFirst;
  /** Folders of all runs that are compared with the first. */
  readonly others: readonly string[];
  choose(index: number): void;
  post(message: FromComparison): void;
}

/** What differs between two runs: worst changed cases, metrics with their tests, settings, code, data. */
export function Comparison({ one, others, choose, post }: Props) {
  const names = [one.first, one.second].map(nameOf) as [string, string];
  const { measurements, results, settings, code, subjects, identicalWeights } = one;
  return (
    <main>
      <header>
        <h1>
          <RunButton folder={one.first} post={post} /> <span class="against">against</span>{' '}
          <RunButton folder={one.second} post={post} />
        </h1>
        {others.length > 1 && (
          <label>
            Compare the first with{' '}
            <select
              value={others.indexOf(one.second)}
              onChange={({ currentTarget }) => choose(Number(currentTarget.value))}
            >
              {others.map((folder, index) => (
                <option key={folder} value={index}>
                  {nameOf(folder)}
                </option>
              ))}
            </select>
          </label>
        )}
        {identicalWeights !== undefined && (
          <p>{identicalWeights ? 'The weights are the same, bit for bit.' : 'The weights differ.'}</p>
        )}
      </header>
      {measurements ? (
        <>
          <ChangedCases
            key={one.second}
            mode={measurements.mode}
            changed={measurements.changed}
            names={names}
            post={post}
          />
          <Metrics measurements={measurements} names={names} />
        </>
      ) : (
        <p class="empty">Nothing was measured in both runs.</p>
      )}
      <Values title="Results" what="Metric" values={results} names={names} />
      <Values
        title="Settings"
        what="Setting"
        values={settings}
        names={names}
        open={(side, path) =>
          post({ type: 'openSetting', folder: side === 0 ? one.first : one.second, path })
        }
      />
      <Values title="Code" what="What" values={code} names={names} />
      <Subjects subjects={subjects} names={names} />
    </main>
  );
}

function RunButton({ folder, post }: { folder: string; post: Props['post'] }) {
  return (
    <button type="button" class="plain link" title={folder} onClick={() => post({ type: 'openRun', folder })}>
      {nameOf(folder)}
    </button>
  );
}

function Section({ title, children }: { title: string; children: ComponentChildren }) {
  const id = title.toLowerCase().replaceAll(' ', '-');
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

function Metrics({ measurements, names }: { measurements: ComparedMeasurements; names: readonly string[] }) {
  const { structures, mode } = measurements;
  if (structures.length === 0) return null;
  return (
    <Section title={`Metrics on ${mode}`}>
      <table>
        <thead>
          <tr>
            {['Structure', 'Metric'].map(head => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
            {['Subjects', ...names, 'Difference', '95 % interval', 'p (Holm)'].map(head => (
              <th key={head} scope="col" class="number">
                {head}
              </th>
            ))}
            <th scope="col">{names[1]} is</th>
          </tr>
        </thead>
        <tbody>
          {structures.map(({ structure, metric, pairs, means, difference, interval, adjustedP, verdict }) => (
            <tr key={`${structure} ${metric.title}`} class={verdict.replace(' ', '-')}>
              <th scope="row">{structure}</th>
              <td>{metric.unit === '' ? metric.title : `${metric.title} (${metric.unit})`}</td>
              <td class="number">{pairs}</td>
              {means.map((mean, index) => (
                <td key={names[index]} class="number">
                  {numberText(mean)}
                </td>
              ))}
              <td class="number">{signedText(difference)}</td>
              <td class="number">
                {interval.low === null ? '–' : `${signedText(interval.low)} to ${signedText(interval.high)}`}
              </td>
              <td class="number">{numberText(adjustedP)}</td>
              <td class="verdict">{VERDICTS[verdict] ?? verdict}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="note">
        p is how often so clear a difference would come up by chance if neither model were better (Wilcoxon
        signed-rank test, corrected for the number of structures); below 0.05 it counts as shown.
      </p>
    </Section>
  );
}

interface ValuesProps {
  readonly title: string;
  readonly what: string;
  readonly values: readonly ComparedValue[] | undefined;
  readonly names: readonly string[];
  /** Goes to where a value is set; absent where there is no such place. */
  open?(side: number, path: string): void;
}

function Values({ title, what, values, names, open }: ValuesProps) {
  if (values === undefined) return null;
  return (
    <Section title={title}>
      {values.length === 0 ? (
        <p class="note">No difference.</p>
      ) : (
        <table>
          <thead>
            <tr>
              {[what, ...names].map(head => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {values.map(({ setting, values: both }) => (
              <tr key={setting}>
                <th scope="row">{setting}</th>
                {both.map((value, side) => (
                  <td key={names[side]} title={valueText(value)}>
                    {open && value !== undefined && value !== null ? (
                      <button
                        type="button"
                        class="plain link"
                        aria-label={`${setting} of ${names[side]}: ${valueText(value)}, go to its line`}
                        onClick={() => open(side, setting)}
                      >
                        {valueText(value)}
                      </button>
                    ) : (
                      valueText(value)
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Subjects({
  subjects,
  names,
}: {
  subjects: readonly ComparedSubjects[] | undefined;
  names: readonly string[];
}) {
  if (subjects === undefined) return null;
  return (
    <Section title="Data">
      {subjects.length === 0 ? (
        <p class="note">Both were trained, validated and tested on the same subjects.</p>
      ) : (
        <table>
          <thead>
            <tr>
              {['Split', ...names.map(name => `Only in ${name}`)].map(head => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {subjects.map(({ split, onlyFirst, onlySecond }) => (
              <tr key={split}>
                <th scope="row">{split}</th>
                {[onlyFirst, onlySecond].map((ids, side) => (
                  <td key={names[side]} class="subjects">
                    {ids.length === 0 ? '–' : `${ids.length}: ${ids.join(', ')}`}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
