const LIGHT = `
  --page: #f5f6f8; --card: #ffffff; --ink: #1b2430; --muted: #566273; --line: #e4e8ed; --axis: #9aa5b1; --head: #f8f9fb; --link: #1f5fc4;
  --good: #12683a; --good-card: #e3f4ea; --bad: #a8211a; --bad-card: #fcebe9;
  --s1: #2f6bd8; --s2: #c8611a; --s3: #0f8a7a; --s4: #8457c9; --s5: #c43d6b; --s6: #7b7a12; --s7: #5f7388; --s8: #1a87b8;
  --q0: #f4f6f9; --q1: #e4eefb; --q2: #cfe0f8; --q3: #b3cef4; --q4: #93b9ee; --q5: #3f76c9; --q6: #2f64b5; --q7: #22529c; --q8: #173f7d;
  --low: #1b2430; --high: #ffffff;`;

const DARK = `
  --page: #12151a; --card: #1b2027; --ink: #e7ebf0; --muted: #a3aebb; --line: #2c333d; --axis: #596574; --head: #20262e; --link: #86b4ff;
  --good: #7fdba4; --good-card: #1a3325; --bad: #ffa49c; --bad-card: #41211f;
  --s1: #6ea2ff; --s2: #f0924b; --s3: #3fc1ad; --s4: #b494f2; --s5: #f27fa3; --s6: #c5c14c; --s7: #94a7bb; --s8: #55bde8;
  --q0: #20262e; --q1: #1d2f49; --q2: #1f3a60; --q3: #224778; --q4: #275590; --q5: #6fa3ee; --q6: #8ab5f3; --q7: #a6c8f7; --q8: #c5dbfb;
  --low: #e7ebf0; --high: #10151c;`;

const shades = Array.from({ length: 9 }, (_, at) => `.q${at} { background: var(--q${at}); color: var(${at < 5 ? '--low' : '--high'}); }`);
const colours = Array.from({ length: 8 }, (_, at) => `.c${at + 1} { color: var(--s${at + 1}); }`);

/** The style of every page: light or dark as the reader has it, on a screen, a phone and paper. */
export const STYLE = `
:root {${LIGHT}
}
@media screen and (prefers-color-scheme: dark) { :root {${DARK}
} }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 32px 24px 48px; }
h1, h2, h3, p, ul, figure, figcaption { margin: 0; padding: 0; }
h1 { font-size: 26px; line-height: 1.25; letter-spacing: -0.01em; }
h2 { font-size: 17px; line-height: 1.35; }
h3 { font-size: 13px; line-height: 1.4; font-weight: 600; color: var(--muted); }
ul { list-style: none; }
header { margin-bottom: 24px; overflow-wrap: anywhere; }
header p { color: var(--muted); margin-top: 4px; }
.keys { display: flex; flex-wrap: wrap; gap: 6px; margin: 10px 0 6px; }
.keys > li { border: 1px solid var(--line); background: var(--card); border-radius: 12px; padding: 1px 10px; font-size: 13px; max-width: 100%; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px; margin-bottom: 20px; min-width: 0; }
section.plain { background: none; border: 0; padding: 0; }
section.plain > h2 { margin-bottom: 10px; }
.note { padding: 28px 20px; color: var(--muted); text-align: center; }
figcaption, .caption { color: var(--muted); font-size: 14px; margin-top: 2px; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 20px; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); gap: 14px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; min-width: 0; overflow-wrap: anywhere; }
.value { font-size: 28px; line-height: 1.3; font-weight: 650; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.comparisons { margin-top: 6px; font-size: 12.5px; color: var(--muted); font-variant-numeric: tabular-nums; }
.comparisons li { margin-top: 3px; }
.change { display: inline-block; border-radius: 5px; padding: 0 6px; background: var(--head); color: var(--ink); font-weight: 600; white-space: nowrap; }
.good { background: var(--good-card); color: var(--good); }
.bad { background: var(--bad-card); color: var(--bad); }
.judged { font-weight: 400; }
dl { margin: 8px 0 0; font-size: 13px; color: var(--muted); display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px 16px; }
dt { color: var(--ink); }
dd { margin: 0; }
abbr { text-decoration: none; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 10px 0 2px; font-size: 13px; overflow-wrap: anywhere; }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; background: currentColor; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.legend .key { display: inline-block; width: 26px; height: 4px; margin: 0 6px 0 0; vertical-align: middle; fill: none; }
.short { white-space: nowrap; }
.panel { margin-top: 14px; }
.panel > summary, .data > summary { color: var(--link); font-size: 13px; width: max-content; max-width: 100%; }
${colours.join('\n')}
svg { display: block; width: 100%; height: auto; overflow: visible; margin-top: 8px; font-family: inherit; }
svg text { font-size: 12px; font-variant-numeric: tabular-nums; fill: var(--muted); white-space: pre; }
.narrow { display: none; }
.multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 20px 28px; margin-top: 12px; }
.multiples > div { min-width: 0; }
  .multiples > :only-child { grid-column: 1 / -1; }
.scroll { overflow-x: auto; margin-top: 12px; border-radius: 4px; }
.scroll:focus-visible, button:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { padding: 6px 12px; text-align: start; vertical-align: top; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { padding-left: 8px; }
thead th { vertical-align: bottom; font-size: 12.5px; line-height: 1.3; font-weight: 600; color: var(--muted); background: var(--head); border-bottom: 1px solid var(--axis); }
tbody th { font-weight: 400; min-width: 8ch; max-width: 38ch; overflow-wrap: break-word; }
tbody tr:hover > * { background: var(--head); }
tfoot th, tfoot td, .subtotal th, .subtotal td { font-weight: 650; }
.subtotal > * { background: var(--head); }
tfoot th, tfoot td { border-top: 1px solid var(--axis); border-bottom: 0; }
.n { text-align: end; white-space: nowrap; }
thead .n { white-space: normal; min-width: 9ch; }
thead button { all: unset; cursor: pointer; }
thead button:hover { color: var(--ink); text-decoration: underline; text-underline-offset: 3px; }
thead button::after { content: "\\2195"; opacity: 0.45; margin-inline-start: 4px; font-weight: 400; }
[aria-sort="ascending"] button::after { content: "\\25B2"; opacity: 1; font-size: 9px; }
[aria-sort="descending"] button::after { content: "\\25BC"; opacity: 1; font-size: 9px; }
summary { cursor: pointer; }
.data { margin-top: 10px; }
.name > summary { color: inherit; overflow-wrap: anywhere; }
.name > bdi { display: block; overflow-wrap: anywhere; margin-top: 4px; color: var(--muted); }
.heat { border-collapse: separate; border-spacing: 2px; font-size: 12px; }
.heat th, .heat td { border: 0; background: none; padding: 5px 2px; text-align: center; white-space: nowrap; border-radius: 3px; line-height: 1.3; }
.heat th[scope="row"] { text-align: start; padding-right: 10px; min-width: 0; color: var(--muted); position: sticky; left: 0; background: var(--card); }
${shades.map((shade) => `.heat td${shade}\n.scale i${shade}`).join('\n')}
.scale { display: flex; align-items: center; gap: 8px; color: var(--muted); font-size: 12px; margin-top: 8px; font-variant-numeric: tabular-nums; }
.scale span { display: inline-flex; gap: 2px; }
.scale i { width: 22px; height: 10px; border-radius: 2px; }
.heat td, .scale i, .change { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
footer { color: var(--muted); font-size: 13px; overflow-wrap: anywhere; }
@media screen and (max-width: 1000px) {
  .pair { grid-template-columns: minmax(0, 1fr); gap: 0; }
}
@media screen and (max-width: 640px) {
  main { padding: 20px 12px 32px; }
  h1 { font-size: 22px; }
  section { padding: 14px 14px; margin-bottom: 14px; }
  .pair { gap: 0; }
  .cards { grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 10px; }
  .card { padding: 12px; }
  .value { font-size: 22px; }
  dl { display: block; }
  dd { margin-bottom: 6px; }
  .wide { display: none; }
  .narrow { display: block; }
  .multiples { grid-template-columns: minmax(0, 1fr); }
  th, td { padding: 6px 8px; }
  tbody th:first-child, thead th:first-child { position: sticky; left: 0; z-index: 1; background: var(--card); }
  thead th:first-child { background: var(--head); }
  .sortable tbody th { max-width: 20ch; }
}
@media print {
  @page { size: A4; margin: 14mm 12mm; }
  @page landscape { size: A4 landscape; }
  .landscape { page: landscape; }
  body { background: none; font-size: 9.5pt; }
  main { max-width: none; padding: 0; }
  h1 { font-size: 17pt; }
  h2 { font-size: 12pt; break-after: avoid; }
  h3 { font-size: 8pt; }
  figcaption, .caption, .legend { font-size: 8.5pt; }
  footer { font-size: 7.5pt; }
  .note { padding: 0; text-align: start; }
  header { margin-bottom: 4mm; }
  section { border: 0; padding: 0; margin-bottom: 6mm; }
  figure, .card, tr, .heat, .multiples > div { break-inside: avoid; }
  .pair { gap: 8mm; }
  .pair .wide { display: none; }
  .pair .narrow { display: block; }
  .multiples { grid-template-columns: 1fr 1fr; gap: 5mm 8mm; }
  .cards { grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 3mm; padding: 1px; }
  .card { padding: 2.5mm 3mm; }
  .value { font-size: 15pt; }
  .comparisons, dl { font-size: 7.5pt; }
  figure > .wide svg text { font-size: 15px; }
  .multiples > :only-child { max-width: 95mm; }
  .multiples > :only-child > .wide { display: none; }
  .multiples > :only-child > .narrow { display: block; }
  .scroll { overflow: visible; margin-top: 2mm; }
  table { font-size: 8pt; }
  thead { display: table-header-group; break-inside: avoid; }
  tfoot { display: table-row-group; }
  thead th { font-size: 7.5pt; background: none; }
  th, td { padding: 1mm 1.6mm; }
  /* Chromium does not repeat heads that hold the box of a button. */
  thead button { display: contents; }
  thead button::after { content: none; }
  .heat { font-size: 6.5pt; border-spacing: 1px; }
  .heat th, .heat td { padding: 1mm 0; }
  .panel::details-content { display: block; content-visibility: visible; }
  .panel > summary { color: var(--muted); list-style: none; break-after: avoid; }
  .data { display: none; }
}
`;
