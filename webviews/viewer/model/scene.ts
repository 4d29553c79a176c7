import { batch, computed, type Signal, signal } from '@preact/signals';
import type { SceneVolume, SubjectList, ViewerScene } from '../../../src/contracts/viewer.ts';
import { applyAffine } from '../../../src/volume/affine.ts';
import type { Convention, Navigation, PlaneName } from '../render/plane.ts';
import { fitted } from '../render/plane.ts';
import { voxelIn } from '../volume/label-map.ts';
import { boundsOf, middleOf } from '../volume/volume-data.ts';
import { Layer } from './layer.ts';
import { Structures } from './structures.ts';
import { NOWHERE, View } from './view.ts';

export type Tool = 'navigate' | 'window' | 'brush' | 'erase';
export type Layout = 'planes' | PlaneName | 'render';

/** Everything that a panel shows, and how. */
export class Scene {
  readonly title = signal('');
  readonly views = signal<readonly View[]>([]);
  readonly subjects = signal<SubjectList | undefined>(undefined);
  readonly structures = new Structures();
  readonly tool = signal<Tool>('navigate');
  readonly brushMm = signal(5);
  readonly brushBall = signal(false);
  readonly layout = signal<Layout>('planes');
  readonly convention = signal<Convention>('radiological');
  readonly smooth = signal(true);
  readonly crosshair = signal(true);
  readonly errors = signal(false);
  readonly synchronized = signal(true);
  /** The view that the side bar and the keyboard are about. */
  readonly focused = signal(0);
  readonly view = computed(() => this.views.value[this.focused.value] ?? this.views.value[0]);
  readonly layers = computed(() => this.views.value.flatMap(view => view.layers.value));
  /** Size in pixels that one plane has, to fit what is shown. */
  readonly planeSize = signal({ width: 400, height: 400 });
  private stop = new AbortController();
  private seen = new WeakSet<View>();
  private fits = new WeakMap<Signal<Navigation>, Navigation>();

  /** Shows another scene; what the user switched stays. */
  open(scene: ViewerScene): void {
    this.stop.abort();
    this.stop = new AbortController();
    batch(() => {
      this.title.value = scene.title;
      this.subjects.value = scene.subjects;
      this.focused.value = 0;
      const shared = signal(NOWHERE);
      this.views.value = scene.views.map(
        ({ title }) => new View(title, this.synchronized.value ? shared : signal(NOWHERE)),
      );
    });
    for (const [index, { volumes }] of scene.views.entries()) {
      for (const volume of volumes) this.add(volume, this.views.value[index]!);
    }
  }

  /** Lays a volume over what a view shows. */
  add(volume: SceneVolume, view = this.view.value): Layer | undefined {
    if (!view) return undefined;
    const layer = new Layer(volume, this.structures);
    if (volume.drawing) hideOriginal(view, volume.drawing.of);
    view.layers.value = [...view.layers.value, layer];
    void layer.load(this.stop.signal);
    return layer;
  }

  /** Takes a volume away; where it was a drawing, the map that it began as is shown again. */
  remove(layer: Layer): void {
    for (const view of this.views.value) {
      if (!view.layers.value.includes(layer)) continue;
      view.layers.value = view.layers.value.filter(other => other !== layer);
      const original = view.layers.value.find(({ meta }) => meta.file === layer.meta.drawing?.of);
      if (original) original.visible.value = true;
    }
  }

  /** Brings a view's scan into sight when its size becomes known. */
  fitWhenKnown(view: View): void {
    const volume = view.base.value?.volume.value;
    if (!volume || this.seen.has(view)) return;
    this.seen.add(view);
    const navigation = view.navigation.peek();
    // With synchronized views the first one that is known decides.
    if (navigation.peek() === NOWHERE) this.fit(view);
  }

  /** Shows the whole of the view's scan; the crosshair goes to its middle. */
  fit(view: View): void {
    const volume = view.base.peek()?.volume.peek();
    if (!volume) return;
    const { low, high } = boundsOf(volume);
    const { width, height } = this.planeSize.peek();
    const navigation = view.navigation.peek();
    navigation.value = fitted(low, high, middleOf(volume), width, height);
    this.fits.set(navigation, navigation.value);
  }

  /** Puts the crosshair on the largest structure, where the user has not moved it yet. */
  lookAtStructure(view: View): void {
    const navigation = view.navigation.peek();
    const layer = view.maps.peek().find(({ extents }) => extents.peek().length > 0);
    const map = layer?.map.peek();
    if (!map || navigation.peek().crosshair !== this.fits.get(navigation)?.crosshair) return;
    const largest = layer!.extents.peek().reduce((a, b) => (b.voxels > a.voxels ? b : a));
    view.lookAt(applyAffine(map.affine, voxelIn(map, largest)));
  }

  /** The planes got another size: what was fitted, and neither moved nor zoomed since, is fitted again. */
  resize(width: number, height: number): void {
    this.planeSize.value = { width, height };
    for (const view of this.views.peek()) {
      const navigation = view.navigation.peek();
      const [now, then] = [navigation.peek(), this.fits.get(navigation)];
      if (now.centre !== then?.centre || now.mmPerPixel !== then.mmPerPixel) continue;
      const { crosshair } = now;
      this.fit(view);
      navigation.value = { ...navigation.peek(), crosshair };
    }
  }

  synchronize(on: boolean): void {
    batch(() => {
      this.synchronized.value = on;
      const first = this.view.value?.navigation.value;
      for (const view of this.views.value) {
        if (first) view.navigation.value = on ? first : signal(view.navigation.value.value);
      }
    });
  }
}

/** A drawing stands in the place of the map that it began as, which stays what it is. */
export function hideOriginal(view: View, file: string): void {
  for (const layer of view.layers.peek()) if (layer.meta.file === file) layer.visible.value = false;
}
