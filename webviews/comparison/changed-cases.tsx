import { useState } from 'preact/hooks';
import type { ComparedCase, FromComparison } from '../../src/contracts/comparison.ts';
import { numberText, signedText } from './text.ts';

/** Cases that are shown at first, and with each step more. */
const SHOWN = 20;

interface Props {
  readonly mode: string;
  /** Worst first. */
  readonly changed: readonly ComparedCase[];
  readonly names: readonly [string, string];
  post(message: FromComparison): void;
}

/** Structures of subjects whose Dice changed, those that became worst by first; each opens in the viewer. */
export function ChangedCases({ mode, changed, names, post }: Props) {
  const [shown, setShown] = useState(SHOWN);
  const worse = changed.filter(({ change }) => change < 0).length;
  const largest = Math.max(...changed.map(({ change }) => Math.abs(change)), 0);
  return (
    <section aria-labelledby="changed">
      <h2 id="changed">Changed cases on {mode}</h2>
      <p class="note" role="status">
        {changed.length === 0
          ? 'No Dice differs.'
          : `${worse} worse, ${changed.length - worse} better. The worst changes first; a subject opens both predictions in the viewer.`}
      </p>
      {changed.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Subject</th>
              <th scope="col">Structure</th>
              {names.map(name => (
                <th key={name} scope="col" class="number">
                  {name}
                </th>
              ))}
              <th scope="col" class="number">
                Change
              </th>
              <td />
            </tr>
          </thead>
          <tbody>
            {changed.slice(0, shown).map(({ patient, structure, dice, change, segmentations }) => (
              <tr key={`${patient} ${structure}`}>
                <th scope="row">
                  <button
                    type="button"
                    class="plain link"
                    aria-label={`${patient}, ${structure}: show both predictions`}
                    onClick={() => post({ type: 'openCase', patient, segmentations })}
                  >
                    {patient}
                  </button>
                </th>
                <td>{structure}</td>
                {dice.map((value, side) => (
                  <td key={names[side]} class="number">
                    {numberText(value, 3)}
                  </td>
                ))}
                <td class="number">{signedText(change, 3)}</td>
                <td class="bar" aria-hidden="true">
                  <span
                    class={change < 0 ? 'worse' : 'better'}
                    style={{ width: `${(100 * Math.abs(change)) / (largest || 1)}%` }}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {shown < changed.length && (
        <button type="button" onClick={() => setShown(shown + 5 * SHOWN)}>
          Show {Math.min(5 * SHOWN, changed.length - shown)} more
        </button>
      )}
    </section>
  );
}
