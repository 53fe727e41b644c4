import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { overviewOnMart, reportOnMart } from '../../src/commands/report/report.js';
import { writeSimulatedSessions } from '../../src/commands/simulate/simulate.js';
import { toPrintable } from '../../src/report/formats/printable-value.js';
import { renderPage, renderReport } from '../../src/report/formats/render-report.js';
import { readReports } from '../../src/report/definition/reports.js';
import { OVERVIEW, type Overview } from '../../src/report/overview/overview.js';
import { renderOverview } from '../../src/report/overview/render-overview.js';
import type { ReportPage } from '../../src/report/page/report-page.js';
import type { ColumnKind, ReportColumn, ReportRow, ReportTable, ReportValue } from '../../src/report/report-table.js';
import { findBarriers, hasBrowser, overflowOf, startBrowser, withPage } from '../support/browser.js';
import { freshDatabases, testClock } from '../support/databases.js';
import { isWhole, sampleOf } from '../support/depth.js';
import { runCycle } from '../support/histories.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
/** What is left of A4 between the margins, in pixels of CSS. */
const PAPER = { width: 703, height: 1_017 };
const SCHEMES = ['light', 'dark'] as const;

const names = readReports().flatMap(({ name, rows }) => (rows === 'overview' ? [] : [name]));
/** `npm test` looks at no report of `specs/`, another mode at all: the two made-up pages have all that reports have. */
const shown = [...(isWhole ? names : []), OVERVIEW, 'everything', 'hostile'];
const compared = [...(isWhole ? names : []), 'hostile'];
const SORTED = 'service-level';

const tables = new Map<string, ReportTable>();
let folder = '';
let browser: Browser;
let overview: Overview;

/** Writes a page and returns its file. */
async function write(name: string, content: string | Promise<string | Uint8Array>): Promise<string> {
  const file = path.join(folder, `${name}.html`);
  writeFileSync(file, await content);
  return file;
}

const fileOf = (name: string): string => path.join(folder, `${name}.html`);

const figure = (title: string, value: number | null, valueKind: ColumnKind, changes: readonly (number | null)[], risesAre: 1 | 0 | -1) => ({
  ...{ name: title.toLowerCase(), title, value, valueKind, sentence: 'How many customers asked for an agent.' },
  comparisons: changes.map((change, at) => ({ title: `week ${at}`, value: at * 1_000, change, risesAre })),
});

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** A page with all kinds of sections and charts. */
const everything: ReportPage = {
  ...{ name: 'everything', title: 'Everything', keys: ['Tenant Bank'], subtitle: ['Sessions of last week'], foot: ['* not over'] },
  sections: [
    {
      ...{ kind: 'figures', title: 'Last week' },
      figures: [
        figure('Offered', 12_345, 'count', [0.1, -0.2, null], 1),
        figure('Abandoned', 321, 'count', [0.1, -0.2, 0], -1),
        figure('In time', 0.856, 'share', [0.032, -0.01], 1),
        figure('Median wait', 65.4, 'average-seconds', [0.5], -1),
        figure('Messages', null, 'average', [], 0),
      ],
    },
    {
      ...{ kind: 'chart', title: 'When chats begin', caption: 'Sessions by hour and weekday.' },
      chart: { type: 'heat-map', along: 'hour_of_day', across: 'weekday', figures: ['sessions'] },
      table: {
        columns: [
          { name: 'weekday', title: 'Weekday', kind: 'attribute' },
          { name: 'hour_of_day', title: 'Hour of day', kind: 'attribute' },
          { name: 'sessions', title: 'Sessions', kind: 'count' },
        ],
        rows: WEEKDAYS.flatMap((weekday, day) =>
          HOURS.slice(6).map((hour, at) => ({
            weekday,
            hour_of_day: hour,
            sessions: Math.round(Math.sin(at / 6) ** 2 * 90) * (day < 5 ? 2 : 1),
          })),
        ),
      },
    },
    ...(['columns', 'stacked-columns', 'lines', 'bars'] as const).map((type) => ({
      ...{ kind: 'chart' as const, title: `As ${type}`, caption: 'Of ten days.' },
      chart: { type, along: 'day', figures: ['answered', 'abandoned'] },
      table: {
        columns: [
          { name: 'day', title: 'Day', kind: 'attribute' as const },
          { name: 'answered', title: 'Answered', kind: 'count' as const },
          { name: 'abandoned', title: 'Abandoned', kind: 'count' as const },
        ],
        rows: HOURS.slice(1, 11).map((day, at) => ({ day: `2026-03-${day}`, answered: at === 3 ? null : at * 100, abandoned: 7 * at })),
      },
    })),
    { kind: 'note', text: 'No session is open.' },
  ],
};

/** Names that a browser may take for something else, or that do not fit. */
const HOSTILE = [
  '<img src=x onerror="document.title=1"><script>document.title=2</script>',
  ...['</table></main><h1>x', '"><b>', "' onmouseover='x", '&lt;b&gt;', '=cmd()', '{{x}}', 'javascript:alert(1)'],
  ...['שלום עולם', 'مرحبا <b>', 'a\u202eb\u0000c', 'n'.repeat(1_000), 'many words '.repeat(90), 'アプリ'.repeat(200), '', ' '],
];
const hostileColumns: readonly ReportColumn[] = [
  { name: 'tenant', title: 'Tenant <b>', kind: 'attribute' },
  { name: 'media_origin', title: 'Media origin', kind: 'attribute' },
  { name: 'sessions', title: 'Sessions', kind: 'count', sentence: '"<i>"' },
  { name: 'share', title: 'Share', kind: 'share' },
];
const hostile: ReportTable = {
  ...{
    name: 'hostile',
    title: '<script>document.title=3</script>',
    window: undefined,
    localWindow: undefined,
    timezone: 'UTC',
    weeks: 'iso',
  },
  ...{ by: ['tenant', 'media-origin'], columns: hostileColumns },
  rows: HOSTILE.map((tenant, at) => ({ tenant, media_origin: HOSTILE.at(-1 - at)!, sessions: at * 1_111, share: at / 20 })),
  totals: { sessions: (1_111 * HOSTILE.length * (HOSTILE.length - 1)) / 2, share: 1 },
  filters: [{ by: 'tenant', title: 'Tenant', values: [HOSTILE[0]!, HOSTILE[11]!], not: [] }],
  completeness: { completeUntil: null, openSessions: 0, openPeriods: [] },
  charts: [
    { title: HOSTILE[0]!, caption: HOSTILE[1]!, chart: { type: 'bars', along: 'tenant', figures: ['sessions'] } },
    { title: 'Across', chart: { type: 'stacked-columns', along: 'tenant', across: 'media_origin', figures: ['sessions'] } },
  ],
};

describe.runIf(hasBrowser)('a page in a browser', () => {
  beforeAll(async () => {
    folder = temporaryFolder();
    browser = await startBrowser();
    const urls = await freshDatabases();
    await writeSimulatedSessions({
      ...{ idbUrl: urls.idbUrl, idbSchema: 'public', sessions: 500, seed: 3, statistics: 'all', log: () => undefined },
      ...{ from: new Date('2026-01-20T00:00:00Z'), to: new Date('2026-03-04T00:00:00Z'), until: new Date('2026-03-04T00:00:00Z') },
    });
    await runCycle(urls);
    for (const name of names.filter((each) => each === SORTED || shown.includes(each) || compared.includes(each))) {
      const table = await reportOnMart({ martUrl: urls.martUrl, martSchema: 'infomart', name, timezone: 'Europe/Berlin' });
      tables.set(name, table);
      await write(name, renderReport(table, 'html'));
    }
    overview = await overviewOnMart({ martUrl: urls.martUrl, martSchema: 'infomart', window: { preset: 'last-7-days' }, clock: testClock });
    await write(OVERVIEW, renderOverview(overview, 'html'));
    await write('everything', renderPage(everything, 'html'));
    await write('hostile', renderReport(hostile, 'html'));
    const rows = [null, 4, 30].map((sessions, at) => ({ tenant: `t${at}`, media_origin: `o${at}`, sessions, share: null }));
    await write('unknown', renderReport({ ...hostile, columns: hostileColumns.slice(0, 3), rows, charts: [], totals: undefined }, 'html'));
  });

  describe.each(shown)('%s', (name) => {
    test.each(
      sampleOf([WIDE, PHONE], 2, shown.indexOf(name)).flatMap((viewport, at) =>
        (isWhole ? SCHEMES : [SCHEMES[(shown.indexOf(name) + at) % 2]!]).map((colorScheme) => ({
          viewport,
          colorScheme,
          width: viewport.width,
        })),
      ),
    )('at $width pixels, $colorScheme: complains of nothing, fits, and keeps nobody out', async ({ viewport, colorScheme }) => {
      await withPage(browser, fileOf(name), { viewport, colorScheme }, async ({ page, complaints }) => {
        expect(await overflowOf(page)).toBe(0);
        expect(await findBarriers(page)).toEqual([]);
        for (const closed of await page.locator('details:not([open]) > summary').all()) if (await closed.isVisible()) await closed.click();
        expect(await overflowOf(page)).toBe(0);
        expect(complaints).toEqual([]);
      });
    });

    test('fits on A4, in the colours of paper, with all its tables', async () => {
      await withPage(browser, fileOf(name), { viewport: PAPER, colorScheme: 'dark' }, async ({ page, complaints }) => {
        await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
        const isLandscape = (await page.locator('main.landscape').count()) > 0;
        if (isLandscape) await page.setViewportSize({ width: PAPER.height, height: PAPER.width });
        expect(await overflowOf(page)).toBe(0);
        // Beyond the edge of the paper nothing is printed, even if the page does not scroll.
        const edges = await page.evaluate<number[]>(
          `[...document.querySelectorAll('table, svg, .card, p')].filter((each) => each.checkVisibility()).map((each) => each.getBoundingClientRect().right - innerWidth)`,
        );
        expect(Math.max(...edges)).toBeLessThanOrEqual(1);
        expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(27, 36, 48)');
        expect(await page.evaluate(`getComputedStyle(document.querySelector('thead') ?? document.body).display`)).toMatch(
          /table-header-group|block/,
        );
        const pdf = await page.pdf({ preferCSSPageSize: true });
        expect(pdf.toString('latin1')).toMatch(isLandscape ? /MediaBox \[0 0 84[12][\d.]* 59[456]/ : /MediaBox \[0 0 59[456][\d.]* 84[12]/);
        expect(complaints).toEqual([]);
      });
    });
  });

  test.each(compared)('%s has each figure of JSON, with and without scripts', async (name) => {
    const table = tables.get(name) ?? hostile;
    const json = JSON.parse(await renderReport(table, 'json')) as { rows: ReportRow[]; totals: ReportRow | null };
    for (const javaScriptEnabled of [true, false])
      await withPage(browser, fileOf(name), { viewport: WIDE, javaScriptEnabled }, async ({ page, complaints }) => {
        const panels = await page.evaluate<{ columns: string[]; rows: Cell[][]; totals: Cell[] }[]>(PANELS);
        const columns = new Set(panels.flatMap((panel) => panel.columns));
        // What all rows share stands above the table.
        const above = (await page.locator('header').textContent()) ?? '';
        const rows = json.rows.map((row) => withOpenMarks(row, table));
        for (const { name: column, kind } of table.columns)
          if (!columns.has(column)) expect(above).toContain(toPrintable(rows[0]![column] ?? null, kind));
        for (const panel of panels) {
          expect(panel.rows).toHaveLength(rows.length);
          panel.columns.forEach((column, at) => {
            const { kind } = table.columns.find((each) => each.name === column)!;
            const expected = rows.map((row) => toCell(row[column] ?? null, kind));
            expect(panel.rows.map((cells) => cells[at])).toEqual(expected);
            if (kind !== 'attribute' && panel.totals.length > 0)
              expect(panel.totals[at]).toEqual(toCell(json.totals![column] ?? null, kind));
          });
        }
        expect(panels.length).toBeGreaterThan(0);
        expect((await page.locator('thead button').count()) > 0).toBe(javaScriptEnabled && rows.length > 1);
        expect(complaints).toEqual([]);
      });
  });

  test('the overview has each figure of JSON beside the ones before, and each cell of its heat map and tables', async () => {
    const json = JSON.parse((await renderOverview(overview, 'json')) as string) as Record<'figures' | 'bots', JsonFigure[]> &
      Record<
        'sessions_by_hour' | 'worst_half_hours' | 'longest_waits',
        { columns: { name: string; kind: ColumnKind }[]; rows: ReportRow[] }
      >;
    await withPage(browser, fileOf(OVERVIEW), { viewport: WIDE, javaScriptEnabled: false }, async ({ page }) => {
      const cards = await page.evaluate<[string, Cell, Cell[]][]>(`[...document.querySelectorAll('.card')].map((card) => {
        const toCell = (each) => ({ text: each.textContent, value: each.dataset.value === undefined ? null : Number(each.dataset.value) });
        return [card.dataset.figure, toCell(card.querySelector('.value')), [...card.querySelectorAll('.comparisons > li > span:last-child')].map(toCell)];
      })`);
      expect(cards).toEqual(
        [...json.figures, ...json.bots].map(({ name, kind, value, comparisons }) => [
          name,
          toCell(value, kind),
          comparisons.map((each) => toCell(each.value, kind)),
        ]),
      );
      expect(cards.length).toBeGreaterThan(10);
      const heat = await page.evaluate<
        Record<string, number>
      >(`Object.fromEntries([...document.querySelectorAll('.wide table.heat tbody tr')].flatMap((row) =>
        [...row.cells].flatMap((cell, at) => cell.dataset.value === undefined ? [] : [[row.cells[0].textContent + ' ' + cell.closest('table').tHead.rows[0].cells[at].textContent, Number(cell.dataset.value)]])))`);
      const { columns, rows } = json.sessions_by_hour;
      const [weekday, hour, sessions] = ['weekday', 'hour_of_day', 'sessions'];
      expect(columns.map(({ name }) => name)).toEqual(expect.arrayContaining([weekday, hour, sessions]));
      expect(heat).toEqual(
        Object.fromEntries(rows.filter((row) => row[sessions] !== null).map((row) => [`${row[weekday]} ${row[hour]}`, row[sessions]])),
      );
      const panels = await page.evaluate<{ columns: string[]; rows: Cell[][] }[]>(PANELS);
      const expected = [json.worst_half_hours, json.longest_waits].filter((table) => table.rows.length > 0);
      expect(panels.slice(-expected.length).map((panel) => panel.rows)).toEqual(
        expected.map((table) => table.rows.map((row) => table.columns.map(({ name, kind }) => toCell(row[name] ?? null, kind)))),
      );
    });
  });

  test('sorts by a column: figures from the largest, names from the first, what is unknown last', async () => {
    await withPage(browser, fileOf(SORTED), { viewport: WIDE }, async ({ page }) => {
      const head = page.locator('th[data-column="answered"]').first();
      const values = (column: string): Promise<(string | null)[]> =>
        page.evaluate(
          `(() => { const head = document.querySelector('section:not(:has(figure)) th[data-column="${column}"]'); return [...head.closest('table').tBodies[0].rows].map((row) => row.cells[head.cellIndex].dataset.value ?? row.cells[head.cellIndex].textContent); })()`,
        );
      const days = await values('day');
      const answered = (await values('answered')).map(Number);
      expect(new Set(answered).size).toBeGreaterThan(1);
      await head.getByRole('button').click();
      expect(await head.getAttribute('aria-sort')).toBe('descending');
      expect((await values('answered')).map(Number)).toEqual([...answered].sort((one, other) => other - one));
      await head.getByRole('button').press('Enter');
      expect(await head.getAttribute('aria-sort')).toBe('ascending');
      expect((await values('answered')).map(Number)).toEqual([...answered].sort((one, other) => one - other));
      const day = page.locator('th[data-column="day"]').first();
      await day.getByRole('button').press('Space');
      expect([await day.getAttribute('aria-sort'), await head.getAttribute('aria-sort')]).toEqual(['ascending', null]);
      expect(await values('day')).toEqual(days);
    });
    await withPage(browser, fileOf('unknown'), { viewport: WIDE }, async ({ page }) => {
      const cells = page.locator('tbody td.n');
      for (const expected of [
        ['30', '4', '-'],
        ['4', '30', '-'],
      ]) {
        await page.getByRole('button', { name: 'Sessions' }).click();
        expect(await cells.allTextContents()).toEqual(expected);
      }
    });
  });

  test('shows names from outside as they are, and obeys none', async () => {
    await withPage(browser, fileOf('hostile'), { viewport: WIDE }, async ({ page }) => {
      expect(await page.locator('h1').textContent()).toBe(hostile.title);
      expect(await page.title()).toMatch(/^<script>document.title=3/);
      expect(await page.locator('script').count()).toBe(1);
      expect(await page.locator('img, main main, [onmouseover], h1 > *').count()).toBe(0);
      const long = page.locator('details.name', { hasText: 'n'.repeat(1_000) }).last();
      expect(await long.locator('> bdi').isVisible()).toBe(false);
      await long.locator('summary').click();
      expect(await long.locator('> bdi').textContent()).toBe('n'.repeat(1_000));
      // Each name has a direction of its own.
      expect(await page.locator('tbody th:not(:has(bdi))').count()).toBe(0);
    });
  });

  test('shows figures beside what they are compared with, in words as well as colours', async () => {
    await withPage(browser, fileOf('everything'), { viewport: WIDE }, async ({ page }) => {
      const changes = (name: string): Promise<string[]> => page.locator(`[data-figure="${name}"] .change`).allInnerTexts();
      expect(await changes('offered')).toEqual(['▲ +10% better', '▼ −20% worse', '–']);
      expect(await changes('abandoned')).toEqual(['▲ +10% worse', '▼ −20% better', '= 0%']);
      expect(await changes('in time')).toEqual(['▲ +3.2 points better', '▼ −1 points worse']);
      expect(await page.locator('[data-figure="median wait"] .value').innerText()).toBe('00:01:05');
      expect(await page.locator('[data-figure="messages"] .value').innerText()).toBe('-');
    });
  });

  test('draws each chart for the width, and says what it shows', async () => {
    for (const viewport of [WIDE, PHONE])
      await withPage(browser, fileOf('everything'), { viewport }, async ({ page }) => {
        const heat = page.locator('table.heat:visible');
        const [rows, columns] = viewport === WIDE ? [7, 24] : [24, 7];
        expect([await heat.locator('tbody tr').count(), await heat.locator('thead th').count()]).toEqual([rows, columns]);
        expect(await heat.locator('[data-value]').count()).toBe(7 * 18);
        const drawn = page.locator('svg[role=img]:visible');
        expect(await drawn.count()).toBe(5);
        for (const each of await drawn.all()) {
          expect(await each.getAttribute('aria-label')).toMatch(
            /^As .*Day: 2026-03-01 to 2026-03-10\. .*at most 900 \(2026-03-10\)|at most 63/,
          );
        }
        // Texts keep a size that can be read.
        const sizes = await page.evaluate<number[]>(
          `[...document.querySelectorAll('svg text')].filter((each) => each.checkVisibility()).map((each) => 12 * each.getScreenCTM().a)`,
        );
        expect(Math.min(...sizes)).toBeGreaterThan(10);
      });
  });
});

interface JsonFigure {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly value: number | null;
  readonly comparisons: readonly { readonly value: number | null }[];
}

interface Cell {
  readonly text: string;
  readonly value: number | null;
}

/** A cell as a page shows it; instants stand without their offset, which the top of the page tells. */
const toCell = (value: ReportValue, kind: ColumnKind): Cell => ({
  text: toPrintable(typeof value === 'string' ? value.replace(/^(\d{4}-\d\d-\d\d)T([\d:]{8})[+-]\d\d:\d\d$/, '$1 $2') : value, kind),
  value: kind !== 'attribute' && typeof value === 'number' ? value : null,
});

/** Pages mark periods that are not over. */
const withOpenMarks = (row: ReportRow, { completeness }: ReportTable): ReportRow =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      completeness.openPeriods.some((open) => open.column === column && open.label === value) ? `${value} *` : value,
    ]),
  );

/** What the tables of a report hold, apart from those of its charts. */
const PANELS = `(() => {
  const toCell = (cell) => ({ text: (cell.querySelector('details > bdi') ?? cell).textContent, value: cell.dataset.value === undefined ? null : Number(cell.dataset.value) });
  return [...document.querySelectorAll('section:not(:has(figure)) table.sortable')].map((table) => ({
    columns: [...table.tHead.rows[0].cells].map((cell) => cell.dataset.column),
    rows: [...table.tBodies[0].rows].filter((row) => !row.classList.contains('subtotal')).map((row) => [...row.cells].map(toCell)),
    totals: table.tFoot === null ? [] : [...table.tFoot.rows[0].cells].map(toCell),
  }));
})()`;
