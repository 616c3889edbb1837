/** What became of one example on one engine. */
export interface Row {
  readonly bench: string
  readonly name: string
  readonly kind: 'bad' | 'good' | 'fixture'
  /** Of the findings of the example's own rule; of a fixture's migration, of all. */
  readonly verdicts: readonly string[]
  readonly notRun: string | undefined
  /** What the run says against the rules. */
  readonly problem: string | undefined
  readonly explanation: string | undefined
}

/** The report, as Markdown; `skipped`: engines that were not at hand, in sentences. */
export function report(rows: readonly Row[], skipped: readonly string[]): string {
  const engines = [...new Set(rows.map(({ bench }) => bench))]
  const out = [
    '# The linter on trial',
    '',
    'Written by `npm run trial -- --write`: every example of every rule, and every migration of `fixtures/projects`, is run on real engines; those for MySQL on',
    'MariaDB. A finding that a run refutes, or something that happens and that no rule had said, fails the run, unless the reason stands in `scripts/trial/explained.ts`.',
    '',
    '| engine | examples and migrations | could not be run | confirmed | conditional | refuted | not proven | no experiment | against the rules |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
  ]
  for (const engine of engines) {
    const own = rows.filter(({ bench }) => bench === engine)
    const count = (verdict: string) => own.filter(({ kind, verdicts }) => kind === 'bad' && verdicts[0] === verdict).length
    const cells = [
      engine,
      own.length,
      own.filter(({ notRun }) => notRun !== undefined).length,
      ...['confirmed', 'conditional', 'refuted', 'not proven', 'no experiment'].map(count),
      own.filter(({ problem, explanation }) => problem !== undefined && explanation === undefined).length,
    ]
    out.push(`| ${cells.join(' | ')} |`)
  }
  for (const engine of skipped) out.push('', `Skipped: ${engine}`)
  out.push('', '## Explained', '', '| engine | example | what the run says | why both are right |', '| --- | --- | --- | --- |')
  for (const { bench, name, problem, explanation } of rows)
    if (problem !== undefined) out.push(`| ${bench} | ${name} | ${cell(problem)} | ${cell(explanation ?? '**not explained**')} |`)
  return `${out.join('\n')}\n`
}

function cell(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('|', '\\|')
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}
