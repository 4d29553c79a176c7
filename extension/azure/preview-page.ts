import { formatBytes } from '../../src/config/memory.ts';
import type { PreviewedRequest, SubmissionPreview } from '../../src/contracts/azure-preview.ts';

/** Files that are listed one by one. */
const SHOWN = 200;

/** What the page says to the extension. */
export type FromPreview = { readonly type: 'submit' | 'settings' };
/** What the extension says to the page: whether it is being submitted. */
export type ToPreview = { readonly type: 'busy'; readonly busy: boolean };

/** The page of a preview: everything that will be sent, before anything is. */
export function previewPage(
  preview: SubmissionPreview,
  { model, nonce, cspSource }: { readonly model: string; readonly nonce: string; readonly cspSource: string },
): string {
  const { code, environment, uploads, leftOut, requests, warnings } = preview;
  const bytes = code.files.reduce((sum, file) => sum + file.bytes, 0);
  const leaving = [
    ...uploads.map(upload =>
      row(upload.what, upload.files, upload.bytes, `${upload.datastore}/${upload.folder}`),
    ),
    row('code', code.files.length, bytes, code.name),
    environment.image === undefined
      ? row('environment', environment.files!, environment.bytes!, `${environment.name}, built if it is new`)
      : `<tr><th scope="row">environment</th><td colspan="2">nothing</td><td>image ${text(environment.image)}</td></tr>`,
  ];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${cspSource} 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<title>Train ${text(model)} on AzureML</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main>
<h1>Train ${text(model)} on AzureML</h1>
<p>Nothing has been sent yet. This is everything that submitting will send and use.</p>
<p class="actions"><button id="submit">Submit</button> <button id="settings" class="secondary">Choose Workspace…</button></p>
${warnings.map(warning => `<p class="warning" role="alert">${text(warning)}</p>`).join('\n')}
<h2>Where, and what it uses</h2>
<ul>
<li>job <code>${text(preview.job)}</code> on the cluster <code>${text(preview.cluster)}</code></li>
${preview.estimate.map(line => `<li>${text(line)}</li>`).join('\n')}
<li><code>${text(preview.workspace)}</code></li>
</ul>
<h2>What leaves this machine</h2>
<table><thead><tr><th scope="col">what</th><th scope="col">files</th><th scope="col">size</th><th scope="col">to; what is there is not sent again</th></tr></thead>
<tbody>${leaving.join('\n')}</tbody></table>
${details(`Files of the code (${code.files.length})`, fileList(code.files))}
${leftOut.length > 0 ? details(`Left out (${leftOut.length})`, list(leftOut.map(({ path, why }) => `${path}: ${why}`))) : ''}
<h2>Requests, in order</h2>
<ol>
${requests.map(request => `<li>${requestText(request)}</li>`).join('\n')}
</ol>
</main>
<script nonce="${nonce}">${SCRIPT}</script>
</body>
</html>
`;
}

const row = (what: string, files: number, bytes: number, to: string): string =>
  `<tr><th scope="row">${text(what)}</th><td class="number">${files}</td><td class="number">${text(formatBytes(bytes))}</td><td>${text(to)}</td></tr>`;

const details = (title: string, content: string): string =>
  `<details><summary>${text(title)}</summary>${content}</details>`;

function fileList(files: SubmissionPreview['code']['files']): string {
  const shown = files.slice(0, SHOWN).map(({ path, bytes }) => `${path} (${formatBytes(bytes)})`);
  return list(files.length > SHOWN ? [...shown, `and ${files.length - SHOWN} more`] : shown);
}

const list = (items: readonly string[]): string =>
  `<ul>${items.map(item => `<li>${text(item)}</li>`).join('')}</ul>`;

function requestText({ method, path, when, body }: PreviewedRequest): string {
  const line = `<code>${method} ${text(path)}</code>${when === undefined ? '' : ` <span class="when">${text(when)}</span>`}`;
  if (body === undefined) return line;
  return `${line}<details open><summary>its body</summary><pre tabindex="0">${text(JSON.stringify(body, null, 2))}</pre></details>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const text = (value: string): string => value.replace(/[&<>"']/g, character => ESCAPES[character]!);

const STYLE = `
body { font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); color: var(--vscode-foreground); }
main { max-width: 70em; margin: 0 auto; padding: 0 1em 3em; }
h1 { font-size: 1.6em; font-weight: 600; }
h2 { font-size: 1.2em; font-weight: 600; margin-top: 2em; }
code, pre { font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); overflow-wrap: anywhere; }
pre { background: var(--vscode-textCodeBlock-background); padding: 0.8em; overflow: auto; max-height: 36em; white-space: pre-wrap; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; font-weight: inherit; padding: 0.3em 1em 0.3em 0; border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder)); overflow-wrap: anywhere; }
thead th, .when { color: var(--vscode-descriptionForeground); }
.number { text-align: right; white-space: nowrap; }
details { margin: 0.6em 0; }
li { margin: 0.25em 0; }
.warning { border-left: 3px solid var(--vscode-editorWarning-foreground); padding-left: 0.8em; }
.actions { position: sticky; top: 0; padding: 0.6em 0; background: var(--vscode-editor-background); }
button { font: inherit; padding: 0.4em 1.4em; border: 1px solid var(--vscode-button-border, transparent); color: var(--vscode-button-foreground); background: var(--vscode-button-background); cursor: pointer; }
button:hover:enabled { background: var(--vscode-button-hoverBackground); }
button.secondary { color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); }
button:disabled { opacity: 0.6; cursor: default; }
button:focus-visible, summary:focus-visible, pre:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
`;

const SCRIPT = `
const editor = acquireVsCodeApi();
const submit = document.getElementById('submit');
submit.addEventListener('click', () => editor.postMessage({ type: 'submit' }));
document.getElementById('settings').addEventListener('click', () => editor.postMessage({ type: 'settings' }));
addEventListener('message', ({ data }) => {
  if (data.type !== 'busy') return;
  submit.disabled = data.busy;
  submit.textContent = data.busy ? 'Submitting…' : 'Submit';
});
submit.focus();
`;
