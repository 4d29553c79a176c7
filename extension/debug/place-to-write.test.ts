import { describe, expect, it } from 'vitest';
import { type Change, placeToWrite } from './place-to-write.ts';

const LAUNCHED =
  'optimizer: { name: adamw, learning_rate: 1e-2 }\naugmentation:\n  - random_noise: { probability: 1 }\n';

/** The change of a setting whose key and value are `text` at launch. */
function change(setting: string, text: string): Change {
  const at = LAUNCHED.indexOf(text);
  const start = at + text.lastIndexOf(' ') + 1;
  return { setting, value: 3, location: { file: '/c/a.yaml', start, end: at + text.length }, text };
}
const RATE = change('optimizer.learning_rate', 'learning_rate: 1e-2');
const NOISE = change('augmentation[0].random_noise.probability', 'probability: 1');
const written = (text: string, one: Change, before?: string) => {
  const place = placeToWrite(text, one, before);
  return place && `${text.slice(0, place.start)}3${text.slice(place.end)}`;
};

describe('the place to write a changed setting back to', () => {
  it('is where it was, while that is still written there', () => {
    expect(written(LAUNCHED, RATE)).toBe(LAUNCHED.replace('1e-2', '3'));
    expect(written(`${LAUNCHED}# more\n`, NOISE)).toBe(
      `${LAUNCHED.replace('probability: 1', 'probability: 3')}# more\n`,
    );
  });

  it('moves with the setting when lines were added above', () => {
    const text = `# Added since.\nname: liver\n${LAUNCHED}`;
    expect(written(text, RATE)).toBe(text.replace('1e-2', '3'));
    expect(written(text, NOISE)).toBe(text.replace('probability: 1', 'probability: 3'));
  });

  it('takes what was written back before', () => {
    const text = LAUNCHED.replace('1e-2', '0.125');
    expect(written(text, RATE)).toBeUndefined();
    expect(written(text, RATE, '0.125')).toBe(LAUNCHED.replace('1e-2', '3'));
  });

  it('is nowhere where the value was changed or the setting removed since', () => {
    expect(written(LAUNCHED.replace('1e-2', '1e-25'), RATE)).toBeUndefined();
    expect(written('name: liver\n', RATE)).toBeUndefined();
    expect(written('', { setting: 'a', value: 1 })).toBeUndefined();
  });
});
