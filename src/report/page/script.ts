/**
 * What the page does: it shows the findings of the chosen severities, and of findings and statements those about the chosen table. Without
 * it everything is shown.
 */
export const script = `
const filters = document.querySelector('.filters')
const boxes = [...filters.querySelectorAll('input')]
const chosen = filters.querySelector('select')
const shown = filters.querySelector('output')
const findings = [...document.querySelectorAll('[data-severity]')]
const rows = [...document.querySelectorAll('[data-tables]')]
function isAbout(element, table) {
  return table === '' || JSON.parse(element.dataset.tables).includes(table)
}
function apply() {
  const severities = boxes.filter((box) => box.checked).map((box) => box.value)
  for (const row of rows) {
    const severity = row.dataset.severity
    row.hidden = !isAbout(row, chosen.value) || (severity !== undefined && !severities.includes(severity))
  }
  const visible = findings.filter((finding) => !finding.hidden).length
  shown.textContent = visible + ' of ' + findings.length + (findings.length === 1 ? ' finding' : ' findings') + ' shown'
}
filters.hidden = false
filters.addEventListener('change', apply)
filters.addEventListener('reset', () => setTimeout(apply))
apply()
`
