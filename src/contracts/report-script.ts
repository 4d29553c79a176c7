/**
 * The script of a report, by which an editor knows it from any other: sorts tables by a click on a column's head, and
 * shows or hides the outlines of thumbnails.
 */
export const script = `
for (const button of document.querySelectorAll('th button')) button.addEventListener('click', () => {
  const head = button.closest('th'), body = head.closest('table').tBodies[0];
  const up = head.getAttribute('aria-sort') !== 'ascending';
  for (const other of head.parentNode.children) other.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
  const key = row => { const cell = row.children[head.cellIndex], value = cell.dataset.value; return value === undefined ? cell.textContent : value === '' ? NaN : Number(value); };
  const order = (a, b) => typeof a === 'string' ? a.localeCompare(b, 'en', { numeric: true }) : a - b;
  const rows = [...body.rows].map(row => [key(row), row]);
  rows.sort(([a], [b]) => Number.isNaN(a) - Number.isNaN(b) || (a === b ? 0 : up ? order(a, b) : order(b, a)));
  body.append(...rows.map(([, row]) => row));
});
for (const box of document.querySelectorAll('input[data-outline]')) box.addEventListener('change', () => {
  document.body.classList.toggle('hide-' + box.dataset.outline, !box.checked);
  for (const other of document.querySelectorAll('input[data-outline=' + box.dataset.outline + ']')) other.checked = box.checked;
});
`;
