import { useEffect, useRef } from 'preact/hooks';
import { theme } from '../../shared/theme.ts';
import type { Layer } from '../model/layer.ts';
import { CT_WINDOWS, histogram, type Window, windowOf } from '../volume/intensities.ts';

/** Window of a scan: histogram, presets, and its two ends as numbers. */
export function Intensity({ layer }: { layer: Layer }) {
  const { low, high } = layer.window.value;
  const preset = layer.chosenWindow.value
    ? CT_WINDOWS.find(({ window }) => window.low === low && window.high === high)?.name
    : 'auto';
  const set = (window: Window) => {
    layer.chosenWindow.value = window;
  };
  // Sensible only where values can be Hounsfield units: air is below -200 there.
  const sample = layer.sample.value;
  const mayBeCt = sample !== undefined && sample.length > 0 && sample[0]! <= -200;
  return (
    <div class="intensity">
      <Histogram layer={layer} />
      <div class="row">
        <select
          aria-label="Window"
          value={preset ?? 'own'}
          onChange={event => {
            const name = event.currentTarget.value;
            layer.chosenWindow.value = CT_WINDOWS.find(entry => entry.name === name)?.window;
          }}
        >
          <option value="auto">Automatic</option>
          {preset === undefined && <option value="own">Own window</option>}
          {mayBeCt && (
            <optgroup label="CT">
              {CT_WINDOWS.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </optgroup>
          )}
        </select>
        <NumberField label="Value shown black" value={low} onValue={value => set({ low: value, high })} />
        <span aria-hidden="true">–</span>
        <NumberField label="Value shown white" value={high} onValue={value => set({ low, high: value })} />
      </div>
      <div class="row level">
        <span class="inline">
          Level
          <NumberField
            label="Level, the middle of the window"
            value={(low + high) / 2}
            onValue={level => set(windowOf(level, high - low))}
          />
        </span>
        <span class="inline">
          Width
          <NumberField
            label="Width of the window"
            value={high - low}
            onValue={width => set(windowOf((low + high) / 2, width))}
          />
        </span>
      </div>
    </div>
  );
}

function NumberField({
  label,
  value,
  onValue,
}: {
  label: string;
  value: number;
  onValue: (value: number) => void;
}) {
  return (
    <input
      type="number"
      class="number"
      step="any"
      aria-label={label}
      value={Number(value.toPrecision(5))}
      onChange={event => {
        const entered = event.currentTarget.valueAsNumber;
        if (Number.isFinite(entered)) onValue(entered);
      }}
    />
  );
}

const BINS = 128;

/** How often values occur; between the two lines is what the window tells apart. */
function Histogram({ layer }: { layer: Layer }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const sample = layer.sample.value;
  const { low, high } = layer.window.value;
  const { foreground, focus } = theme.value;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || !sample) return;
    const { width, height } = context.canvas;
    context.clearRect(0, 0, width, height);
    const bars = histogram(sample, BINS);
    const tallest = Math.max(1, ...bars.counts.map(count => Math.sqrt(count)));
    const x = (value: number) => ((value - bars.low) / Math.max(1e-12, bars.high - bars.low)) * width;
    context.globalAlpha = 0.2;
    context.fillStyle = focus;
    context.fillRect(x(low), 0, Math.max(1, x(high) - x(low)), height);
    context.globalAlpha = 0.6;
    context.fillStyle = foreground;
    for (const [bin, count] of bars.counts.entries()) {
      const tall = (Math.sqrt(count) / tallest) * height;
      context.fillRect((bin * width) / BINS, height - tall, width / BINS, tall);
    }
    context.globalAlpha = 1;
    context.fillStyle = focus;
    context.fillRect(x(low) - 1, 0, 2, height);
    context.fillRect(x(high) - 1, 0, 2, height);
  }, [sample, low, high, foreground, focus]);
  return (
    <canvas
      ref={canvas}
      class="histogram"
      width={512}
      height={88}
      role="img"
      aria-label="Histogram of the values, with the window"
    />
  );
}
