import type { Rehearsed } from '../../src/index.ts'

/** How long it took: another figure in each run. */
const pace = / \(\d+ ms per 100,000 rows here\)/

/** What the runs of one project on one server showed, as Markdown: what ran, and a row for each verdict and each thing that was seen. */
export function seenIn({ findings, rehearsals }: Rehearsed): string[] {
  const [first] = rehearsals
  if (!first) return ['Nothing was run.']
  const said = rehearsals.flatMap(({ migration, notRun, observations }) => {
    const own = findings.filter((finding) => finding.migration === migration && finding.verdict && notRun === undefined)
    // What a verdict says in the same words is not said again.
    const others = observations.filter(({ message }) => !own.some(({ verdict }) => verdict!.because === message))
    const rows = [
      ...own.map(({ rule, verdict }) => [verdict!.verdict, rule, verdict!.because]),
      ...others.map(({ kind, message, query }) => [query === undefined ? 'seen' : 'seen, with such rows', kind, message]),
      ...(notRun === undefined ? [] : [['not run', '', notRun]]),
    ]
    if (rows.length === 0) rows.push(['nothing', '', 'no finding, and nothing was seen that speaks against it'])
    return rows.map(
      (row) => `| ${[migration, ...row].map((cell) => cell.replace(pace, '').replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`,
    )
  })
  return [
    `On ${first.engine.replace(/ \([^()]*\)$/, '')}, with ${first.runner}:`,
    '',
    '| migration | verdict | of | what was seen |',
    '|---|---|---|---|',
    // Findings of several lines may have the same verdict.
    ...new Set(said),
  ]
}
