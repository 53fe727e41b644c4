import { toHtmlDocument } from '../../report/formats/html/document.js';
import { markup, trusted, type Markup } from '../../report/formats/html/markup.js';
import { STYLE } from '../../report/formats/html/style.js';
import { counted } from '../../model/text.js';
import { GROUPS, type Dictionary, type DictionaryColumn, type DictionaryRelation, type Group } from './dictionary.js';
import { toFigures, type DictionaryFigure } from './figures.js';
import { PERSONAL, referencesOf, titleOf } from './dictionary-words.js';
import { STAR_STYLE, toStarSvg } from './star-svg.js';

const OWN_STYLE = `${STYLE}${STAR_STYLE}
.search { display: flex; gap: 12px; align-items: baseline; flex-wrap: wrap; position: sticky; top: 0; z-index: 2; background: var(--page); padding: 10px 0; }
.search input { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--axis); border-radius: 6px; padding: 6px 10px; width: min(440px, 100%); }
.search output { color: var(--muted); font-size: 13px; }
.relation { border-top: 1px solid var(--line); padding: 10px 0; }
.relation > summary h3 { display: inline; color: var(--ink); font-size: 15px; }
.relation > summary span { color: var(--muted); font-size: 13px; margin-left: 6px; }
.relation > p { margin: 6px 0; max-width: 100ch; }
.relation td, .relation th { font-size: 13px; }
.relation tbody th { font-weight: 600; white-space: nowrap; }
.relation small { color: var(--muted); display: block; }
.example { overflow-wrap: anywhere; min-width: 12ch; max-width: 26ch; }
.empty { min-width: 20ch; }
.relation small { font-weight: 400; }
.relation { scroll-margin-top: 64px; }
tr { scroll-margin-top: 64px; }
.searching .star-section, .searching nav { display: none; }
main { max-width: 1320px; }
.contents { columns: 3 260px; font-size: 13px; margin-top: 8px; }
.contents li { break-inside: avoid; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
[hidden] { display: none; }
@media print { .search { display: none; } .relation::details-content { display: block; content-visibility: visible; } .relation > summary { list-style: none; } }
`;

/** Shows the rows that hold all words, and their tables; without words all tables, closed. Follows links into closed ones. */
const SEARCH = `
const input = document.querySelector('#search');
const count = document.querySelector('#found');
const relations = [...document.querySelectorAll('.relation')].map((element) => ({
  element,
  head: element.dataset.words,
  rows: [...element.querySelectorAll('tbody tr')].map((row) => ({ row, text: row.textContent.toLowerCase() })),
}));
function search() {
  const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const holds = (text) => words.every((word) => text.includes(word));
  let found = 0;
  for (const { element, head, rows } of relations) {
    const whole = words.length === 0 || holds(head);
    let shown = 0;
    for (const { row, text } of rows) {
      const fits = whole || holds(head + ' ' + text);
      row.hidden = !fits;
      if (fits) shown += 1;
    }
    element.hidden = shown === 0 && !whole;
    element.open = words.length > 0 && shown > 0;
    if (words.length > 0) found += shown;
  }
  document.body.classList.toggle('searching', words.length > 0);
  for (const section of document.querySelectorAll('section.group'))
    section.hidden = ![...section.querySelectorAll('.relation')].some((element) => !element.hidden);
  count.textContent = words.length === 0 ? '' : found + (found === 1 ? ' row' : ' rows');
}
function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const relation = target && target.closest('details');
  if (!relation) return;
  input.value = '';
  search();
  relation.open = true;
  target.scrollIntoView();
}
input.addEventListener('input', search);
addEventListener('hashchange', open);
open();
`;

/** The dictionary as one HTML file that needs nothing else. */
export function toDictionaryHtml(dictionary: Dictionary): string {
  const { relations, martSchema, schemaVersion, program } = dictionary;
  const groups = (Object.keys(GROUPS) as Group[]).filter((group) => relations.some((each) => each.group === group));
  return toHtmlDocument({
    ...{ title: titleOf(dictionary), style: OWN_STYLE, script: SEARCH, className: 'landscape' },
    main: markup`<header>
<h1>${titleOf(dictionary)}</h1>
<p>Schema ${martSchema}, version ${schemaVersion}, chatmart ${program}. Examples are values of this mart; … stands for what may be about a person.</p>
</header>
<search class="search"><label for="search">Search</label><input id="search" type="search" autocomplete="off" placeholder="columns, meanings, user-data keys"><output id="found"></output></search>
<section class="plain star-section"><h2>The star</h2>${trusted(toStarSvg(dictionary))}</section>
<nav aria-label="Tables and views"><section><h2>Tables and views</h2><ul class="contents">${relations.map((each) => markup`<li><a href="#${idOf(each)}">${nameOf(each)}</a></li>`)}</ul></section></nav>
${groups.map(
  (group) => markup`<section class="group"><h2>${GROUPS[group]}</h2>
${relations.filter((each) => each.group === group).map((each) => toRelation(each, dictionary))}</section>
`,
)}${toFigureSection(toFigures(dictionary))}<footer><p>Written by chatmart docs from the catalogue of the mart. Times are UTC unless a column says otherwise.</p></footer>`,
  });
}

const nameOf = ({ schema, name }: DictionaryRelation): string => `${schema}.${name}`;
const idOf = nameOf;

function toRelation(relation: DictionaryRelation, dictionary: Dictionary): Markup {
  const { name, isView, comment, columns, key } = relation;
  const words = `${nameOf(relation)} ${comment}`.toLowerCase();
  const hasExamples = columns.some(({ example }) => example !== undefined);
  return markup`<details class="relation" id="${idOf(relation)}" data-words="${words}">
<summary><h3>${nameOf(relation)}</h3><span>${isView ? 'view' : 'table'}, ${counted(columns.length, 'column')}</span></summary>
<p>${comment}</p>
<div class="scroll" tabindex="0" role="group" aria-label="Columns of ${name}"><table>
<thead><tr><th scope="col">Column</th><th scope="col">Meaning</th><th scope="col">Unit</th><th scope="col">0 or NULL</th><th scope="col">User-data key</th>${hasExamples ? markup`<th scope="col">Example</th>` : undefined}</tr></thead>
<tbody>
${columns.map((column) => toRow(column, { relation, dictionary, hasExamples, isKey: key.includes(column.name) }))}</tbody>
</table></div>
</details>
`;
}

function toRow(
  column: DictionaryColumn,
  {
    relation,
    dictionary,
    hasExamples,
    isKey,
  }: { relation: DictionaryRelation; dictionary: Dictionary; hasExamples: boolean; isKey: boolean },
): Markup {
  const { name, type, isNotNull, meaning, unit, empty, source, example } = column;
  const references = referencesOf(dictionary, relation, column).map(
    ({ to, key }) => markup`<small>joins <a href="#${relation.schema}.${to}">${to}.${key}</a></small>`,
  );
  return markup`<tr id="${idOf(relation)}.${name}"><th scope="row">${name}<small>${toShortType(type)}${isNotNull ? ', not null' : ''}${isKey ? ', key' : ''}</small></th><td>${meaning}${column.personal === true ? markup`<small>${PERSONAL}</small>` : undefined}${references}</td><td>${unit}</td><td class="empty">${empty}</td><td>${source}</td>${hasExamples ? markup`<td class="example">${example}</td>` : undefined}</tr>
`;
}

/** The short names that PostgreSQL knows too. */
const toShortType = (type: string): string =>
  type
    .replace('character varying', 'varchar')
    .replace('timestamp with time zone', 'timestamptz')
    .replace(/^timestamp(.*) without time zone$/, 'timestamp$1');

const toFigureSection = (figures: readonly DictionaryFigure[]): Markup => markup`<section class="group"><h2>Figures</h2>
<details class="relation" id="figures" data-words="figures metrics formulas"><summary><h3>Figures of reports and BI models</h3><span>${figures.length} figures</span></summary>
<div class="scroll" tabindex="0" role="group" aria-label="Figures"><table>
<thead><tr><th scope="col">Figure</th><th scope="col">Title</th><th scope="col">Meaning</th><th scope="col">Formula</th></tr></thead>
<tbody>
${figures.map(
  ({
    name,
    title,
    sentence,
    formula,
  }) => markup`<tr><th scope="row">${name}</th><td>${title}</td><td>${sentence}</td><td><code>${formula}</code></td></tr>
`,
)}</tbody>
</table></div>
</details>
</section>
`;
