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

/** For themes that leave some to the colour of text, as those of high contrast do; on dark, and on light. */
const OTHERWISE: Readonly<Record<(typeof CHARTS)[number], readonly [string, string]>> = {
  blue: ['#59a4f9', '#0040a8'],
  orange: ['#ffa94d', '#9a4a00'],
  green: ['#6fd66f', '#1f6b1f'],
  purple: ['#d0a0ff', '#6a1b9a'],
  red: ['#ff7b7b', '#b00000'],
  yellow: ['#ffe45c', '#6b5900'],
};

function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const read = (name: string, otherwise: string) =>
    style.getPropertyValue(`--vscode-${name}`).trim() || otherwise;
  const highContrast = /\bvscode-high-contrast\b/.test(document.body.className);
  const light = /\bvscode-(high-contrast-)?light\b/.test(document.body.className);
  const foreground = read('foreground', '#808080');
  return {
    foreground,
    muted: read('descriptionForeground', foreground),
    background: read('editor-background', '#ffffff'),
    border: read('contrastBorder', read('panel-border', foreground)),
    focus: read('focusBorder', foreground),
    warning: read('editorWarning-foreground', read('charts-yellow', foreground)),
    error: read('editorError-foreground', read('charts-red', foreground)),
    charts: CHARTS.map(name => {
      const own = read(`charts-${name}`, foreground);
      return own.toLowerCase() === foreground.toLowerCase() ? OTHERWISE[name][light ? 1 : 0] : own;
    }),
    font: read('font-family', 'sans-serif'),
    highContrast,
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
