import type { Xyz } from '../../../src/volume/volume.ts';
import type { View } from '../model/view.ts';

/**
 * A picture of a view in three dimensions. The viewer knows no more of the library that draws it; the planes need none.
 */
export interface VolumeView {
  /** Shows the view's scan with what is laid over it. */
  show(view: View): Promise<void>;
  /** Colours of structures changed, or which of them are shown. */
  recolor(view: View): void;
  moveCrosshair(mm: Xyz): void;
  resize(): void;
  dispose(): void;
}
