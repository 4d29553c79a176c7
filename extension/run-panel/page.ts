/** Where the page's files are, as the webview may load them. */
export interface PageSources {
  readonly script: string;
  readonly style: string;
  /** `webview.cspSource` */
  readonly cspSource: string;
  readonly nonce: string;
}

/** A webview's page. It loads its own script and style and nothing else; blobs are the pictures it exports. */
export function runPanelPage(
  { script, style, cspSource, nonce }: PageSources,
  title = 'InnerEye run',
): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    'img-src blob:',
    `font-src ${cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>${title}</title>
</head>
<body>
<div id="root"></div>
<script type="module" nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}
