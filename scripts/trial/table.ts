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

const engines = ['pglite', 'postgres', 'mariadb', 'sqlite']

/** The report, as Markdown; `skipped`: engines that were not at hand, in sentences; `earlier`: the report of before, which has the word on engines that did not run now. */
export function report(rows: readonly Row[], skipped: readonly string[], earlier: string): string {
  const [sums = '', reasons = ''] = earlier.split('## Explained')
  const linesOf = (engine: string, make: (own: readonly Row[]) => readonly string[], before: string) => {
    const own = rows.filter(({ bench }) => bench === engine)
    return own.length > 0 ? make(own) : before.split('\n').filter((line) => line.startsWith(`| ${engine} |`))
  }
  const out = [
    '# The linter on trial',
    '',
    'Written by `npm run trial -- --write`: every example of every rule, and every migration of `fixtures/projects`, is run on real engines; those for MySQL on',
    'MariaDB. A finding that a run refutes, or something that happens and that no rule had said, fails the run, unless the reason stands in `scripts/trial/explained.ts`.',
    'Whole histories of public projects are in [rehearsed.md](rehearsed.md), what guides hold to be safe is in [guides.md](guides.md).',
    '',
    '| engine | examples and migrations | could not be run | confirmed | conditional | refuted | not proven | no experiment | against the rules |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...engines.flatMap((engine) => linesOf(engine, sumOf, sums)),
    ...skipped.flatMap((engine) => ['', `Skipped: ${engine}`]),
    '',
    '## Explained',
    '',
    '| engine | example | what the run says | why both are right |',
    '| --- | --- | --- | --- |',
    ...engines.flatMap((engine) => linesOf(engine, reasonsOf, reasons)),
  ]
  return `${out.join('\n')}\n`
}

/** The line of one engine. */
function sumOf(own: readonly Row[]): readonly string[] {
  const count = (verdict: string) => own.filter(({ kind, verdicts }) => kind === 'bad' && verdicts[0] === verdict).length
  const cells = [
    own[0]!.bench,
    own.length,
    own.filter(({ notRun }) => notRun !== undefined).length,
    ...['confirmed', 'conditional', 'refuted', 'not proven', 'no experiment'].map(count),
    own.filter(({ problem, explanation }) => problem !== undefined && explanation === undefined).length,
  ]
  return [`| ${cells.join(' | ')} |`]
}

function reasonsOf(own: readonly Row[]): readonly string[] {
  return own.flatMap(({ bench, name, problem, explanation }) =>
    problem === undefined ? [] : [`| ${bench} | ${name} | ${cell(problem)} | ${cell(explanation ?? '**not explained**')} |`],
  )
}

function cell(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('|', '\\|')
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}
