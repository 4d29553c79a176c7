import type { Layer } from '../model/layer.ts';

/** What buttons do beside changing the scene. */
export interface Actions {
  addOverlay(): void;
  /** Takes a volume away; the user is asked where a drawing would be lost. */
  remove(layer: Layer): void;
  savePicture(): void;
  saveLabels(): void;
  undo(): void;
  redo(): void;
  showSubject(id: string): void;
}
