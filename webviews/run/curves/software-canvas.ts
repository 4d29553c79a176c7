/**
 * Makes something whose canvases are drawn by the processor. Chromium would draw them on the GPU, which where it is
 * imitated in software (remote desktops, virtual machines) takes ten times as long for curves; on a real one the
 * processor is quick enough. uPlot asks for its context itself and takes no attributes for it, hence the detour.
 */
export function drawnByProcessor<Made>(make: () => Made): Made {
  const { prototype } = HTMLCanvasElement;
  const { getContext } = prototype;
  prototype.getContext = function (this: HTMLCanvasElement, kind: string) {
    return getContext.call(this, kind, { willReadFrequently: true });
  } as typeof getContext;
  try {
    return make();
  } finally {
    prototype.getContext = getContext;
  }
}
