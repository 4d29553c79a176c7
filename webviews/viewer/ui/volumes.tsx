import type { VolumeRole } from '../../../src/contracts/viewer.ts';
import type { Layer } from '../model/layer.ts';
import type { View } from '../model/view.ts';
import { spacingXyz } from '../volume/volume-data.ts';
import type { Actions } from './actions.ts';
import { IconButton } from './icon.tsx';
import { Intensity } from './intensity.tsx';

const ROLES: readonly [VolumeRole, string][] = [
  ['image', 'Image'],
  ['labels', 'Labels'],
  ['prediction', 'Prediction'],
  ['truth', 'Ground truth'],
];

/** The volumes of a view: what they are, and how they are shown. */
export function Volumes({ view, actions }: { view: View; actions: Actions }) {
  const first = view.images.value[0];
  return (
    <section aria-label="Volumes">
      <h2>Volumes</h2>
      <ul class="volumes">
        {view.layers.value.map(layer => (
          <li key={layer.meta.id}>
            <Volume
              layer={layer}
              actions={actions}
              isBase={layer === first}
              removable={view.layers.value.length > 1}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Volume({
  layer,
  actions,
  isBase,
  removable,
}: {
  layer: Layer;
  actions: Actions;
  isBase: boolean;
  removable: boolean;
}) {
  const volume = layer.volume.value;
  const fault = layer.fault.value;
  const { name, file } = layer.meta;
  const visible = layer.visible.value;
  return (
    <>
      <div class="row">
        <IconButton
          icon={visible ? 'eye' : 'hidden'}
          label={`${visible ? 'Hide' : 'Show'} ${name}`}
          pressed={visible}
          onClick={() => {
            layer.visible.value = !visible;
          }}
        />
        <span class="name" title={file}>
          {name}
          {layer.edited.value && <span title="Edited and not saved"> ●</span>}
        </span>
        <select
          aria-label={`What ${name} is`}
          value={layer.role.value ?? ''}
          onChange={event => layer.setRole(event.currentTarget.value as VolumeRole)}
        >
          {layer.role.value === undefined && <option value="">…</option>}
          {ROLES.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        {removable && (
          <IconButton icon="close" label={`Remove ${name}`} onClick={() => actions.remove(layer)} />
        )}
      </div>
      {!layer.complete.value && !fault && (
        <progress aria-label={`Loading ${name}`} value={layer.share.value} max={1} />
      )}
      {fault && (
        <p class="fault" role="alert">
          {fault.message}. {fault.remedy}
        </p>
      )}
      {volume && (
        <small>
          {[...volume.shape].reverse().join(' × ')}
          {volume.components > 1 && ` × ${volume.components}`} voxels,{' '}
          {spacingXyz(volume.affine)
            .map(length => Number(length.toFixed(2)))
            .join(' × ')}{' '}
          mm
        </small>
      )}
      {volume && volume.components > 1 && (
        <Slider
          label={`Component ${layer.component.value + 1} of ${volume.components}`}
          value={layer.component.value}
          max={volume.components - 1}
          step={1}
          onInput={value => {
            layer.component.value = value;
          }}
        />
      )}
      {volume && isBase && <Intensity layer={layer} />}
      {volume && !isBase && (
        <div class="row">
          <Slider
            label={layer.isLabels.value ? 'Fill' : 'Opacity'}
            value={layer.opacity.value}
            max={1}
            step={0.05}
            onInput={value => {
              layer.opacity.value = value;
            }}
          />
          {layer.isLabels.value && (
            <label class="inline">
              <input
                type="checkbox"
                checked={layer.outline.value}
                onChange={event => {
                  layer.outline.value = event.currentTarget.checked;
                }}
              />
              Outline
            </label>
          )}
        </div>
      )}
    </>
  );
}

function Slider({
  label,
  value,
  max,
  step,
  onInput,
}: {
  label: string;
  value: number;
  max: number;
  step: number;
  onInput: (value: number) => void;
}) {
  return (
    <label class="inline grow">
      <span>{label}</span>
      <input
        type="range"
        min={0}
        max={max}
        step={step}
        value={value}
        onInput={event => onInput(event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}
