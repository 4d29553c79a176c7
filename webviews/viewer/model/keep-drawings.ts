import { effect } from '@preact/signals';
import type { UnsavedDrawing } from '../../../src/contracts/viewer.ts';
import { packLabels } from './editing.ts';
import type { Layer } from './layer.ts';
import type { Scene } from './scene.ts';

/** A stroke that is followed at once by another is kept together with it. */
const PAUSE_MILLISECONDS = 300;

/** Hands over every drawing soon after it has changed, so that nothing is lost with the page. */
export class DrawingKeeper {
  private readonly seen = new WeakMap<Layer, number>();
  private readonly waiting = new Map<Layer, { over: string; timer: ReturnType<typeof setTimeout> }>();

  constructor(
    scene: Scene,
    private readonly keep: (drawing: UnsavedDrawing, bytes: Uint8Array) => void,
  ) {
    effect(() => {
      for (const view of scene.views.value) {
        const over = view.base.value?.meta.file ?? '';
        for (const layer of view.layers.value) this.watch(layer, over);
      }
    });
  }

  /** Hands over what waits: the scene is about to be another. */
  async flush(): Promise<void> {
    await Promise.all([...this.waiting].map(([layer, { over }]) => this.handOver(layer, over)));
  }

  private watch(layer: Layer, over: string): void {
    const revision = layer.revision.value;
    if (!layer.meta.drawing || revision === 0 || this.seen.get(layer) === revision) return;
    this.seen.set(layer, revision);
    clearTimeout(this.waiting.get(layer)?.timer);
    const timer = setTimeout(() => void this.handOver(layer, over), PAUSE_MILLISECONDS);
    this.waiting.set(layer, { over, timer });
  }

  private async handOver(layer: Layer, over: string): Promise<void> {
    clearTimeout(this.waiting.get(layer)?.timer);
    this.waiting.delete(layer);
    const map = layer.map.peek();
    if (!map || !layer.edited.peek()) return;
    const bytes = await packLabels(map);
    // It may have been saved or given up meanwhile.
    if (layer.edited.peek()) this.keep({ ...describeDrawing(layer), over }, bytes);
  }
}

function describeDrawing(layer: Layer): Omit<UnsavedDrawing, 'over'> {
  const { id, name, file, drawing } = layer.meta;
  const { byName } = layer.structures;
  const structures = [...layer.names.peek()].map(([value, structure]) => {
    const color = byName.peek().get(structure)?.color;
    return { value, name: structure, ...(color && { color }) };
  });
  return { id, name, file, of: drawing?.of ?? '', structures };
}
