import type { View } from '../model/view.ts';
import { voxelAt } from '../volume/volume-data.ts';

/** Where the crosshair stands and what is there. */
export function Status({ view }: { view: View }) {
  const base = view.base.value?.volume.value;
  if (!base) return <footer class="status" />;
  const { crosshair } = view.navigation.value.value;
  const several = view.images.value.length > 1;
  return (
    <footer class="status" aria-live="polite">
      <span title="Right, anterior, superior (RAS+) in mm">
        <b>RAS</b> {crosshair.map(mm => (mm + 0).toFixed(1)).join(', ')} mm
      </span>
      <span title="Voxel x, y, z of the scan, from 0">
        <b>Voxel</b> {voxelAt(base, crosshair).join(', ')}
      </span>
      {view.readings().map(({ layer, value, label }) => (
        <span key={layer.meta.id} class={label === undefined ? 'reading' : 'reading label'}>
          <b>{label === undefined && !several ? 'Value' : layer.meta.name}</b>{' '}
          {value === undefined ? 'outside' : (label ?? Number(value.toPrecision(6)))}
          {label !== undefined && value !== 0 && ` (${value})`}
        </span>
      ))}
    </footer>
  );
}
