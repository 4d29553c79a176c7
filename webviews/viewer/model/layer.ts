import { computed, signal } from '@preact/signals';
import type { SceneVolume, VolumeRole } from '../../../src/contracts/viewer.ts';
import { Fault } from '../../../src/foundation/fault.ts';
import { voxelCount } from '../../../src/volume/volume.ts';
import { History } from '../edit/history.ts';
import { defaultWindow, sampleValues, type Window } from '../volume/intensities.ts';
import {
  extentsOf,
  type LabelExtent,
  type LabelMap,
  labelMapOf,
  looksLikeLabels,
} from '../volume/label-map.ts';
import { readNiftiStream, type StoredVolume } from '../volume/stream.ts';
import { type VolumeData, volumeData } from '../volume/volume-data.ts';
import type { Structures } from './structures.ts';

/** A fault as it is shown. */
export interface ShownFault {
  readonly message: string;
  readonly remedy?: string | undefined;
}

/** While it loads, a volume is drawn again this often. */
const REDRAW_MILLISECONDS = 80;

/** A volume of a view: what was read of it, and how it is shown. */
export class Layer {
  readonly volume = signal<VolumeData | undefined>(undefined);
  readonly role = signal<VolumeRole | undefined>(undefined);
  readonly visible = signal(true);
  readonly opacity = signal(0.5);
  readonly outline = signal(true);
  readonly component = signal(0);
  /** The user's window; undefined while it is the one found from the values. */
  readonly chosenWindow = signal<Window | undefined>(undefined);
  private readonly foundWindow = signal<Window | undefined>(undefined);
  readonly window = computed<Window>(
    () => this.chosenWindow.value ?? this.foundWindow.value ?? { low: 0, high: 1 },
  );
  /** Ascending sample of the values, for the histogram. */
  readonly sample = signal<Float32Array | undefined>(undefined);
  /** Present once the voxels are there and mean labels. */
  readonly map = signal<LabelMap | undefined>(undefined);
  readonly extents = signal<readonly LabelExtent[]>([]);
  /** Names of the map's labels. */
  readonly names = signal<ReadonlyMap<number, string>>(new Map());
  /** Pixels of the map's labels. */
  readonly colors = computed(() => this.structures.colorsOf(this.names.value));
  /** Counts up whenever voxels change. */
  readonly revision = signal(0);
  readonly complete = signal(false);
  readonly fault = signal<ShownFault | undefined>(undefined);
  /** Strokes of the brush in this map. */
  readonly history = new History();
  /** Whether the map was edited and not saved. */
  readonly edited = signal(false);
  readonly isLabels = computed(() => this.role.value !== undefined && this.role.value !== 'image');
  readonly share = computed(() => {
    const volume = this.volume.value;
    return volume ? volume.loaded / (voxelCount(volume.shape) * volume.components) : 0;
  });

  constructor(
    readonly meta: SceneVolume,
    readonly structures: Structures,
  ) {
    this.role.value = meta.role;
    this.styleAs(meta.role);
  }

  /** Fetches and reads the volume; a fault is kept, not thrown. */
  async load(signal: AbortSignal): Promise<void> {
    let drawn = 0;
    let read: StoredVolume | undefined;
    const show = (stored: StoredVolume) => {
      drawn = performance.now();
      read = stored;
      this.volume.value = volumeData(stored);
      this.findWindow();
    };
    try {
      const response = await fetch(this.meta.url, { signal });
      if (!response.ok || !response.body) throw unreadable(this.meta.file, response.statusText);
      const stored = await readNiftiStream(this.meta.file, response.body, {
        onHeader: show,
        onVoxels: volume => {
          read = volume;
          if (performance.now() - drawn > REDRAW_MILLISECONDS) show(volume);
        },
      });
      show(stored);
      this.complete.value = true;
      this.role.value ??= looksLikeLabels(this.volume.value!, this.meta.file) ? 'labels' : 'image';
      this.interpret();
      // One that was kept from another time is as unsaved as it was.
      this.edited.value = this.meta.drawing !== undefined;
    } catch (error) {
      if (signal.aborted) return;
      const fault = error instanceof Fault ? error : unreadable(this.meta.file, (error as Error).message);
      this.fault.value = { message: fault.message, remedy: fault.remedy };
      this.role.value ??= 'image';
      if (!read) return;
      show(read);
      this.findWindow(true);
    }
  }

  /** The user says what the volume is. */
  setRole(role: VolumeRole): void {
    this.role.value = role;
    this.styleAs(role);
    this.interpret();
  }

  /** Ground truth is a line around what was predicted, so that both are seen where they agree. */
  private styleAs(role: VolumeRole | undefined): void {
    this.opacity.value = role === 'truth' ? 0 : 0.5;
    this.outline.value = role !== 'prediction';
  }

  /** Shows a map made here, instead of a file. */
  adopt(map: LabelMap, names: ReadonlyMap<number, string>, extents: readonly LabelExtent[] = []): void {
    const { labels, ...geometry } = map;
    const stored = { data: labels, components: 1, slope: 1, intercept: 0, intent: 0, loaded: labels.length };
    this.volume.value = { ...geometry, ...stored };
    this.map.value = map;
    this.extents.value = extents;
    this.names.value = names;
    this.complete.value = true;
  }

  /** Names a label that was not in the map. */
  name(value: number, name: string): void {
    this.names.value = new Map(this.names.value).set(value, name);
  }

  private interpret(): void {
    if (!this.isLabels.value || this.map.value || !this.complete.value) return;
    const map = labelMapOf(this.volume.value!);
    const extents = extentsOf(map);
    const declared = new Map(this.meta.structures?.map(structure => [structure.value, structure]));
    const values = [...new Set([...declared.keys(), ...extents.map(({ value }) => value)])].sort(
      (a, b) => a - b,
    );
    const named = values.map(
      value => declared.get(value) ?? { value, name: `Label ${value}`, color: undefined },
    );
    this.structures.declare(named);
    this.names.value = new Map(named.map(({ value, name }) => [value, name]));
    this.extents.value = extents;
    this.map.value = map;
  }

  /** A first window as soon as the middle is there, and the final one at the end, of a file cut off that of what came. */
  private findWindow(ended = false): void {
    const volume = this.volume.value!;
    const count = voxelCount(volume.shape);
    const whole = ended || volume.loaded >= count;
    if (!whole && (this.foundWindow.value || volume.loaded < 0.5 * count)) return;
    if (whole && this.sample.value) return;
    const sample = sampleValues(volume);
    this.foundWindow.value = defaultWindow(sample);
    if (whole) this.sample.value = sample;
  }
}

const unreadable = (file: string, why: string) =>
  new Fault(`the file could not be fetched${why ? ` (${why})` : ''}`, {
    place: { file },
    remedy: 'Check that it still exists and may be read, and open it again.',
  });
