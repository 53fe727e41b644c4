/** Sorts a table by the column whose head is pressed; rows without a value stay last. Without it, heads are plain text. */
export const SCRIPT = `
'use strict';
for (const table of document.querySelectorAll('table.sortable')) {
  const body = table.tBodies[0];
  if (body.rows.length < 2) continue;
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, at) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const isNumber = head.classList.contains('n');
      const was = head.getAttribute('aria-sort');
      const isDown = was === null ? isNumber : was === 'ascending';
      for (const each of heads) each.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
      const valueOf = (row) => {
        const cell = row.cells[at];
        if (isNumber) return cell.dataset.value === undefined ? null : Number(cell.dataset.value);
        const name = cell.querySelector('details > bdi') ?? cell;
        return name.textContent === '-' ? null : name.textContent;
      };
      const compare = (a, b) => (isNumber ? a - b : a.localeCompare(b, 'en', { numeric: true }));
      const rows = [...body.rows].map((row) => ({ row, value: valueOf(row) }));
      rows.sort((a, b) => {
        if (a.value === null || b.value === null) return (a.value === null) - (b.value === null);
        return (isDown ? -1 : 1) * compare(a.value, b.value);
      });
      body.append(...rows.map(({ row }) => row));
    });
  });
}
`;
