import { signal } from '@preact/signals';

/** Colours and font of VS Code's theme, resolved for canvases, which know no variables. */
export interface Theme {
  readonly foreground: string;
  readonly muted: string;
  readonly background: string;
  readonly border: string;
  readonly focus: string;
  readonly warning: string;
  readonly error: string;
  /** Colours of curves, told apart by the theme's author. */
  readonly charts: readonly string[];
  readonly font: string;
  /** Lines are to be drawn strong. */
  readonly highContrast: boolean;
}

const CHARTS = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'] as const;

function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const read = (name: string, otherwise: string) =>
    style.getPropertyValue(`--vscode-${name}`).trim() || otherwise;
  const foreground = read('foreground', '#808080');
  return {
    foreground,
    muted: read('descriptionForeground', foreground),
    background: read('editor-background', '#ffffff'),
    border: read('contrastBorder', read('panel-border', foreground)),
    focus: read('focusBorder', foreground),
    warning: read('editorWarning-foreground', read('charts-yellow', foreground)),
    error: read('editorError-foreground', read('charts-red', foreground)),
    charts: CHARTS.map(name => read(`charts-${name}`, foreground)),
    font: read('font-family', 'sans-serif'),
    highContrast: /\bvscode-high-contrast\b/.test(document.body.className),
  };
}

/** The theme, read again whenever VS Code changes it. */
export const theme = signal<Theme>(readTheme());

new MutationObserver(() => {
  theme.value = readTheme();
}).observe(document.body, { attributeFilter: ['class', 'data-vscode-theme-id', 'style'] });
new MutationObserver(() => {
  theme.value = readTheme();
}).observe(document.documentElement, { attributeFilter: ['style', 'class'] });
