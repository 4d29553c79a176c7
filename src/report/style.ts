/** The report's style sheet: light, dark and print in one. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f5f7f9; --card: #ffffff; --text: #1b1f24; --soft: #59636e; --line: #dde2e7;
  --accent: #0b62bd; --accent-fill: #d3e4f7; --alarm: #b3261e; --alarm-fill: #fbe4e2; --good: #1a7f4b; --muted: #9aa4ae;
  --c1: #0072b2; --c2: #d55e00; --c3: #009e73; --c4: #b8568f; --c5: #a67c00; --c6: #3f9bd6; --c7: #7a5195; --c8: #6b7280;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181d; --card: #1c2228; --text: #e8ebee; --soft: #a0abb6; --line: #333c45;
    --accent: #6db3f8; --accent-fill: #23415f; --alarm: #ff8a80; --alarm-fill: #4a2422; --good: #6fce9c; --muted: #6d7884;
    --c1: #4ea8e0; --c2: #ff8f45; --c3: #35c79b; --c4: #e59ac8; --c5: #e0b84a; --c6: #9ad2f5; --c7: #b998d6; --c8: #a3adb8;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main, header .inner { max-width: 1180px; margin: 0 auto; padding: 0 24px; }
header { background: var(--card); border-bottom: 1px solid var(--line); padding: 28px 0 0; }
h1 { font-size: 26px; line-height: 1.25; margin: 0; font-weight: 650; letter-spacing: -0.01em; }
h2 { font-size: 20px; margin: 44px 0 14px; font-weight: 650; scroll-margin-top: 12px; }
h3 { font-size: 16px; margin: 0 0 10px; font-weight: 600; }
p { margin: 0 0 12px; max-width: 78ch; }
a { color: var(--accent); }
a:focus-visible, button:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.title { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; }
.status { font-size: 13px; font-weight: 600; padding: 2px 10px; border-radius: 99px; border: 1px solid currentColor; color: var(--soft); }
.status.completed { color: var(--good); } .status.failed { color: var(--alarm); }
.soft { color: var(--soft); } .small { font-size: 13px; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(165px, 1fr)); gap: 12px 24px; margin: 18px 0 0; }
.facts dt { font-size: 12.5px; color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
nav { margin-top: 20px; display: flex; flex-wrap: wrap; gap: 4px 22px; }
nav a { padding: 8px 0 10px; text-decoration: none; font-weight: 550; font-size: 14px; }
nav a:hover { text-decoration: underline; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px; margin: 0 0 18px; }
.key { display: grid; grid-template-columns: repeat(auto-fit, minmax(230px, 1fr)); gap: 18px; margin: 26px 0 18px; }
.key .card { margin: 0; } .key .value { font-size: 34px; line-height: 1.15; font-weight: 650; font-variant-numeric: tabular-nums; }
.metric { display: grid; grid-template-columns: minmax(0, 11fr) minmax(0, 15fr); gap: 8px 22px; align-items: start; }
.metric > h3 { grid-column: 1 / -1; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 18px; }
.pair .card { margin: 0; }
.wide { margin-top: 18px; }
svg { display: block; width: 100%; height: auto; }
.scroll { overflow-x: auto; }
/* A wide table scrolls under its caption. */
caption span { display: inline-block; position: sticky; left: 0; max-width: min(90ch, calc(100vw - 92px)); }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: 13px; padding-bottom: 6px; }
th, td { padding: 5px 7px; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { white-space: normal; color: var(--soft); font-weight: 600; font-size: 12.5px; vertical-align: bottom; }
th:first-child, td:first-child { padding-left: 0; } tbody th { font-weight: 550; }
th.text, td.text, tbody th { text-align: left; }
tbody tr:hover { background: color-mix(in srgb, var(--accent-fill) 35%, transparent); }
th button { all: unset; cursor: pointer; font: inherit; color: inherit; }
th button:hover { color: var(--text); text-decoration: underline; }
th[aria-sort] button::after { content: " ↑"; } th[aria-sort=descending] button::after { content: " ↓"; }
.mark { font-size: 12px; font-weight: 600; color: var(--alarm); background: var(--alarm-fill); padding: 1px 8px; border-radius: 99px; }
.thumbnails { display: grid; grid-template-columns: repeat(auto-fill, minmax(210px, 1fr)); gap: 18px; margin: 12px 0 0; }
figure { margin: 0; } figcaption { font-size: 13px; margin-top: 7px; line-height: 1.4; }
figcaption b { font-weight: 600; }
.picture { background: #000; border-radius: 6px; overflow: hidden; aspect-ratio: 1; display: grid; place-items: center; }
.picture svg { max-width: 100%; max-height: 100%; height: 100%; }
.picture image { image-rendering: auto; }
.picture path { fill: none; vector-effect: non-scaling-stroke; stroke-width: 2; stroke-linejoin: round; }
.truth { stroke: #ff4d4d; } .prediction { stroke: #55b4ff; stroke-dasharray: 5 3.5; }
.picture text { fill: #fff; paint-order: stroke; stroke: #000; stroke-width: .22em; font-weight: 600; }
.hide-truth .truth, .hide-prediction .prediction { visibility: hidden; }
.legend { display: flex; flex-wrap: wrap; gap: 6px 22px; align-items: center; font-size: 13.5px; margin: 0; }
.legend label { display: inline-flex; gap: 8px; align-items: center; cursor: pointer; }
.legend svg { width: 30px; height: 10px; background: #000; border-radius: 3px; padding: 0 3px; } .legend svg path { stroke-width: 2; }
details > summary { cursor: pointer; font-weight: 600; padding: 2px 0; } details[open] > summary { margin-bottom: 10px; }
pre { margin: 0; padding: 14px 16px; background: var(--page); border: 1px solid var(--line); border-radius: 8px; overflow-x: auto;
  font: 13px/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
code { font: 0.92em ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
dl.terms { display: grid; grid-template-columns: max-content 1fr; gap: 6px 22px; margin: 0; font-size: 14px; }
dl.terms dt { font-weight: 600; } dl.terms dd { margin: 0; max-width: 80ch; }
footer { max-width: 1180px; margin: 36px auto 48px; padding: 0 24px; font-size: 13px; color: var(--soft); }
@media (max-width: 860px) { .metric { grid-template-columns: minmax(0, 1fr); } .pair { grid-template-columns: minmax(0, 1fr); } dl.terms { grid-template-columns: 1fr; } }
@media print {
  :root { color-scheme: light; --page: #fff; --card: #fff; --text: #000; --soft: #444; --line: #ccc;
    --accent: #0b62bd; --accent-fill: #d3e4f7; --alarm: #b3261e; --alarm-fill: #fff; --good: #1a7f4b; --muted: #888;
    --c1: #0072b2; --c2: #d55e00; --c3: #009e73; --c4: #b8568f; --c5: #a67c00; --c6: #3f9bd6; --c7: #7a5195; --c8: #6b7280; }
  @page { size: A4; margin: 14mm 13mm; }
  body { font-size: 9.5pt; } nav, .legend input { display: none; } main, header .inner, footer { max-width: none; padding: 0; }
  h2 { margin-top: 20pt; } .card { border: none; padding: 0; margin-bottom: 14pt; } .key { margin: 14pt 0; } .key .value { font-size: 20pt; }
  .metric, figure, tr { break-inside: avoid; } h2, h3, caption { break-after: avoid; }
  .metric { grid-template-columns: 2fr 3.1fr; gap: 2pt 10pt; } .pair { grid-template-columns: 1fr 1fr; }
  .scroll { overflow: visible; } table { font-size: 7.2pt; } caption, figcaption { font-size: 7.5pt; } th, td, thead th { padding: 1.6pt 3.4pt; } thead th { font-size: 7pt; }
  .thumbnails { grid-template-columns: repeat(4, 1fr); gap: 9pt; } pre { white-space: pre-wrap; }
  .picture, .picture *, .mark, .legend svg, .legend svg * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
