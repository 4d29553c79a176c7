import type { PageSources } from '../run-panel/page.ts';

/**
 * The viewer's page. Scripts are its own, with the parts that are loaded later; blobs are its worker and pictures; the
 * library for 3D embeds its font as data and styles its canvas; WebAssembly measures distances.
 */
export function viewerPage({ script, style, cspSource, nonce }: PageSources): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' ${cspSource} 'wasm-unsafe-eval'`,
    `style-src ${cspSource} 'unsafe-inline'`,
    `img-src ${cspSource} blob: data:`,
    `connect-src ${cspSource} blob: data:`,
    'worker-src blob:',
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>InnerEye viewer</title>
</head>
<body>
<div id="root"></div>
<script type="module" nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}
