/** All canvases below an element as they lie on the page, as the bytes of a PNG. */
export async function picture(element: HTMLElement): Promise<Uint8Array> {
  const frame = element.getBoundingClientRect();
  const ratio = Math.max(1, devicePixelRatio || 1);
  const whole = new OffscreenCanvas(Math.round(frame.width * ratio), Math.round(frame.height * ratio));
  const context = whole.getContext('2d')!;
  context.fillStyle = 'black';
  context.fillRect(0, 0, whole.width, whole.height);
  for (const canvas of element.querySelectorAll('canvas')) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    if (width === 0) continue;
    context.drawImage(
      canvas,
      (left - frame.left) * ratio,
      (top - frame.top) * ratio,
      width * ratio,
      height * ratio,
    );
  }
  return new Uint8Array(await (await whole.convertToBlob({ type: 'image/png' })).arrayBuffer());
}
