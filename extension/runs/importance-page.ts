import type { FeatureImportance } from '../../src/contracts/explanation.ts';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

const STYLE = `body { font-family: var(--vscode-font-family); color: var(--vscode-foreground); padding: 0 1.5em 1.5em }
caption { text-align: left; padding: 1em 0; max-width: 60em }
table { border-collapse: collapse }
th, td { padding: 0.3em 1.2em 0.3em 0; text-align: right; border-bottom: 1px solid var(--vscode-widget-border, transparent) }
th:first-child { text-align: left; font-weight: normal }
thead th, thead th:first-child { font-weight: 600 }
td.bar { width: 16em; padding-right: 0 }
td.bar div { height: 0.8em; background: var(--vscode-charts-blue) }`;

/**
 * A page with what each column of the table matters to a model, the most important first. It runs no script.
 * @param metric as people read it
 */
export function importancePage(run: string, metric: string, features: readonly FeatureImportance[]): string {
  const sorted = [...features].sort((a, b) => known(b.drop) - known(a.drop));
  const largest = Math.max(...sorted.map(({ drop }) => known(drop)), 0);
  const rows = sorted.map(({ feature, drop, deviation }) => {
    const width = largest > 0 ? Math.max(0, Math.round((100 * known(drop)) / largest)) : 0;
    return `<tr><th scope="row">${escaped(feature)}</th><td>${number(drop)}</td><td>± ${number(deviation)}</td><td class="bar" aria-hidden="true"><div style="width:${width}%"></div></td></tr>`;
  });
  const [first] = sorted;
  const baseline = first ? ` It is ${number(first.baseline)} with the table as it is.` : '';
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>Importance of columns: ${escaped(run)}</title>
<style>${STYLE}</style>
</head>
<body>
<table>
<caption>How much the ${escaped(metric)} of ${escaped(run)} falls where the cells of a column are shuffled among the subjects.${baseline}</caption>
<thead><tr><th scope="col">Column</th><th scope="col">Fall</th><th scope="col">Deviation</th><td></td></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</body>
</html>
`;
}

const known = (drop: number | null): number => drop ?? 0;
const number = (value: number | null): string => (value === null ? '–' : value.toFixed(3));

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, each => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[each]!);
