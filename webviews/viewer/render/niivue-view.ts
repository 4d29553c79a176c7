import { Niivue, NVImage } from '@niivue/niivue';
import type { Xyz } from '../../../src/volume/volume.ts';
import type { Layer } from '../model/layer.ts';
import type { View } from '../model/view.ts';
import { reducedLabels, reducedScan } from './reduced.ts';
import type { VolumeView } from './volume-view.ts';

/** Colours change together when many structures are switched; NiiVue makes its texture anew for each change. */
const RECOLOR_MILLISECONDS = 400;

/** Voxels along an axis: what a graphics card draws at once, and what a processor can draw in its place. */
const MOST = { hardware: 256, software: 112 };

/** NiiVue's rendering. @throws Error where WebGL2 cannot be had. */
export async function createNiivueView(canvas: HTMLCanvasElement): Promise<VolumeView> {
  const niivue = new Niivue({
    backColor: [0, 0, 0, 1],
    show3Dcrosshair: true,
    crosshairColor: [0.47, 0.78, 1, 0.8],
    crosshairWidth: 0.5,
    isOrientCube: true,
    loadingText: '',
    logLevel: 'warn',
    dragAndDropEnabled: false,
    isResizeCanvas: true,
  });
  await niivue.attachToCanvas(canvas, false);
  niivue.setSliceType(niivue.sliceTypeRender);
  const most = isSoftware(niivue.gl) ? MOST.software : MOST.hardware;
  let maps: readonly {
    readonly layer: Layer;
    readonly image: NVImage;
    readonly values: readonly number[];
  }[] = [];
  let waiting: ReturnType<typeof setTimeout> | undefined;
  /** Counts the calls of `show`: one that was overtaken ends. */
  let shown = 0;

  async function show(view: View): Promise<void> {
    const turn = ++shown;
    const images: NVImage[] = [];
    const base = view.images.peek()[0];
    const volume = base?.volume.peek();
    if (base && volume) {
      const buffer = reducedScan(volume, base.window.peek(), most);
      images.push(
        await NVImage.loadFromUrl({
          url: buffer,
          name: 'scan.nii',
          colormap: 'gray',
          cal_min: 40,
          cal_max: 255,
        }),
      );
    }
    const found = [];
    for (const layer of view.maps.peek()) {
      if (!layer.visible.peek() || (layer.role.peek() === 'truth' && view.maps.peek().length > 1)) continue;
      const values = [...layer.names.peek().keys()];
      const image = await NVImage.loadFromUrl({
        url: reducedLabels(layer.map.peek()!, values, most),
        name: 'labels.nii',
        opacity: 1,
      });
      image.setColormapLabel(colorTable(layer, values));
      images.push(image);
      found.push({ layer, image, values });
    }
    if (turn !== shown) return;
    while (niivue.volumes.length > 0) niivue.removeVolumeByIndex(niivue.volumes.length - 1);
    maps = found;
    for (const image of images) niivue.addVolume(image);
    // Where there are labels the scan is a shade around them.
    if (base && found.length > 0) niivue.setOpacity(0, 0.25);
    moveCrosshair(view.navigation.peek().peek().crosshair);
  }

  function moveCrosshair(mm: Xyz): void {
    if (niivue.volumes.length === 0) return;
    niivue.scene.crosshairPos = niivue.mm2frac([mm[0], mm[1], mm[2]]);
    niivue.drawScene();
  }

  return {
    show,
    moveCrosshair,
    recolor: () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        for (const { layer, image, values } of maps) image.setColormapLabel(colorTable(layer, values));
        if (maps.length > 0) niivue.updateGLVolume();
      }, RECOLOR_MILLISECONDS);
    },
    resize: () => niivue.resizeListener(),
    dispose: () => {
      shown++;
      clearTimeout(waiting);
      niivue.cleanup();
      niivue.gl?.getExtension('WEBGL_lose_context')?.loseContext();
    },
  };
}

/** NiiVue's type of colour tables, which it does not export. */
type ColorMap = Parameters<NVImage['setColormapLabel']>[0];

/** NiiVue's colour table: entry 0 is the background, entry k the k-th of the values. */
function colorTable(layer: Layer, values: readonly number[]): ColorMap {
  const colors = layer.colors.peek();
  const entries = [0, ...values.map(value => colors[value] ?? 0)];
  const bytes = (shift: number) => entries.map(color => (color >>> shift) & 255);
  return { R: bytes(0), G: bytes(8), B: bytes(16), A: bytes(24), I: entries.map((_, index) => index) };
}

/** Whether WebGL is drawn by the processor. */
function isSoftware(gl: WebGL2RenderingContext): boolean {
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return (
    names !== null &&
    /swiftshader|llvmpipe|software/i.test(String(gl.getParameter(names.UNMASKED_RENDERER_WEBGL)))
  );
}
