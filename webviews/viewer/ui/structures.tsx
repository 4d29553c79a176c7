import { useSignal } from '@preact/signals';
import { applyAffine } from '../../../src/volume/affine.ts';
import { VirtualList } from '../../shared/virtual-list.tsx';
import type { StructureComparison } from '../measure/measure.ts';
import type { Scene } from '../model/scene.ts';
import type { Structure } from '../model/structures.ts';
import type { View } from '../model/view.ts';
import { IconButton } from './icon.tsx';

const ROW_HEIGHT = 26;

/** The structures of a scene: switched, searched, measured and found. */
export function StructureList({ scene, view }: { scene: Scene; view: View }) {
  const search = useSignal('');
  const worstFirst = useSignal(false);
  const { structures } = scene;
  const all = structures.list.value;
  if (all.length === 0) return null;
  const comparisons = comparisonsByName(view);
  const wanted = search.value.trim().toLowerCase();
  let list = wanted === '' ? all : all.filter(({ name }) => name.toLowerCase().includes(wanted));
  if (worstFirst.value && comparisons) {
    const rank = (name: string) => comparisons.get(name)?.dice ?? Number.POSITIVE_INFINITY;
    list = [...list].sort(
      (a, b) =>
        (Number.isNaN(rank(a.name)) ? 2 : rank(a.name)) - (Number.isNaN(rank(b.name)) ? 2 : rank(b.name)),
    );
  }
  const shown = all.filter(({ name }) => structures.isShown(name)).length;
  return (
    <section class="structures" aria-label="Structures">
      <h2>
        Structures
        <small>{shown === all.length ? all.length : `${shown} of ${all.length}`}</small>
        <span class="end">
          <button type="button" class="plain link" onClick={() => structures.showAll(true)}>
            All
          </button>
          <button type="button" class="plain link" onClick={() => structures.showAll(false)}>
            None
          </button>
        </span>
      </h2>
      {all.length > 8 && (
        <input
          type="search"
          placeholder="Search"
          aria-label="Search structures"
          value={search.value}
          onInput={event => {
            search.value = event.currentTarget.value;
          }}
        />
      )}
      {comparisons && (
        <div class="columns">
          <button
            type="button"
            class="plain"
            aria-pressed={worstFirst.value}
            title="Lowest Dice first"
            onClick={() => {
              worstFirst.value = !worstFirst.value;
            }}
          >
            Dice {worstFirst.value ? '↑' : ''}
          </button>
          <span title="Mean surface distance in mm">MSD mm</span>
        </div>
      )}
      {comparisons && measuredDrawing(view) && (
        <small class="edited" role="status">
          Of the drawing “{measuredDrawing(view)}”, not of what the file holds
        </small>
      )}
      {view.comparisons.value === 'measuring' && (
        <small role="status">Comparing with the ground truth…</small>
      )}
      {view.comparisonFault.value && <p class="fault">{view.comparisonFault.value}</p>}
      <VirtualList
        count={list.length}
        rowHeight={ROW_HEIGHT}
        label="Structures"
        row={index => (
          <Row
            key={list[index]!.name}
            structure={list[index]!}
            scene={scene}
            view={view}
            comparison={comparisons?.get(list[index]!.name)}
          />
        )}
      />
      <Selected scene={scene} view={view} comparison={comparisons?.get(structures.selected.value ?? '')} />
    </section>
  );
}

function Row({
  structure,
  scene,
  view,
  comparison,
}: {
  structure: Structure;
  scene: Scene;
  view: View;
  comparison: StructureComparison | undefined;
}) {
  const { structures } = scene;
  const { name, color } = structure;
  const shown = structures.isShown(name);
  return (
    <div class={structures.selected.value === name ? 'structure selected' : 'structure'}>
      <button
        type="button"
        class="swatch"
        role="switch"
        aria-checked={shown}
        aria-label={`${name} is shown`}
        title={shown ? 'Hide' : 'Show'}
        onClick={() => {
          if (structures.solo.value !== undefined) structures.solo.value = undefined;
          structures.change(name, { visible: !shown });
        }}
      >
        <span style={shown ? { background: color, borderColor: color } : { borderColor: color }} />
      </button>
      <button
        type="button"
        class="name"
        title={`${name}: go to its middle`}
        aria-pressed={structures.selected.value === name}
        onClick={() => {
          structures.selected.value = name;
          goTo(view, name);
        }}
      >
        {name}
      </button>
      {comparison && (
        <>
          <span class="number">{rounded(comparison.dice, 3)}</span>
          <span class="number">{rounded(comparison.meanDistanceMm, 2)}</span>
        </>
      )}
      <IconButton
        icon="solo"
        label={`Show ${name} alone`}
        pressed={structures.solo.value === name}
        onClick={() => structures.toggleSolo(name)}
      />
    </div>
  );
}

/** What is known of the selected structure. */
function Selected({
  scene,
  view,
  comparison,
}: {
  scene: Scene;
  view: View;
  comparison: StructureComparison | undefined;
}) {
  const structure = scene.structures.byName.value.get(scene.structures.selected.value ?? '');
  if (!structure) return null;
  return (
    <div class="details">
      <label class="inline">
        <input
          type="color"
          value={structure.color}
          aria-label={`Colour of ${structure.name}`}
          onInput={event => scene.structures.change(structure.name, { color: event.currentTarget.value })}
        />
        <span class="name">{structure.name}</span>
        <input
          type="range"
          min={0.05}
          max={1}
          step={0.05}
          value={structure.opacity}
          title="Opacity of this structure"
          aria-label={`Opacity of ${structure.name}`}
          onInput={event =>
            scene.structures.change(structure.name, { opacity: event.currentTarget.valueAsNumber })
          }
        />
      </label>
      {comparison && (
        <p>
          <small>
            {comparison.missedVoxels.toLocaleString()} voxels missed,{' '}
            {comparison.addedVoxels.toLocaleString()} added, 95 % Hausdorff{' '}
            {rounded(comparison.hausdorff95Mm, 1)} mm
          </small>
        </p>
      )}
      {comparison?.worst && (
        <button
          type="button"
          onClick={() => {
            const { map } = view.truth.value!;
            view.lookAt(applyAffine(map.value!.affine, comparison.worst!));
            scene.errors.value = true;
          }}
        >
          Go to the largest error
        </button>
      )}
    </div>
  );
}

function goTo(view: View, name: string): void {
  for (const layer of view.maps.value) {
    const value = [...layer.names.value].find(([, other]) => other === name)?.[0];
    const extent = layer.extents.value.find(found => found.value === value);
    if (!extent) continue;
    view.lookAt(applyAffine(layer.map.value!.affine, extent.centre));
    return;
  }
}

/** The name of the drawing that is measured, where the user made one the prediction or the ground truth. */
const measuredDrawing = (view: View): string | undefined =>
  [view.prediction.value, view.truth.value].find(layer => layer?.meta.drawing)?.meta.name;

function comparisonsByName(view: View): Map<string, StructureComparison> | undefined {
  const { comparisons, truth } = view;
  if (!Array.isArray(comparisons.value) || !truth.value) return undefined;
  const names = truth.value.names.value;
  return new Map(
    (comparisons.value as readonly StructureComparison[]).map(found => [names.get(found.value) ?? '', found]),
  );
}

const rounded = (value: number, digits: number) => (Number.isFinite(value) ? value.toFixed(digits) : '–');
