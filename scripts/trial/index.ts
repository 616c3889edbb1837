import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { rules } from '../../rules/registry.ts'
import { benches } from './benches.ts'
import { explained } from './explained.ts'
import { type Row, report } from './table.ts'
import { Bank, type Tried } from './trial.ts'

const { values, positionals } = parseArgs({ options: { on: { type: 'string', multiple: true } }, allowPositionals: true })
const rows: Row[] = []

for (const bench of await benches(values.on ?? [])) {
  if (typeof bench === 'string') {
    process.stdout.write(`skipped: ${bench}\n`)
    continue
  }
  const bank = new Bank(bench)
  for (const rule of rules) {
    if (positionals.length > 0 && !positionals.includes(rule.id)) continue
    const examples = [
      ...rule.bad.map((example, index) => ({ example, name: `${rule.id}, bad ${index + 1}`, kind: 'bad' as const })),
      ...rule.good.map((example, index) => ({ example, name: `${rule.id}, good ${index + 1}`, kind: 'good' as const })),
    ]
    for (const { example, name, kind } of examples) {
      if (
        !bench.dialects.includes(example.on) ||
        example.base !== undefined ||
        (process.env.SQL_ONLY && example.sql === undefined && example.prisma === undefined)
      )
        continue
      const tried = await bank.try(example)
      const problem = contradiction(tried)
      const explanation = problem === undefined ? undefined : explained(`${bench.name}: ${name}`)
      rows.push({
        bench: bench.name,
        name,
        kind,
        verdicts: tried.outcome.findings
          .filter((finding) => finding.rule === rule.id)
          .map(({ verdict }) => verdict?.verdict ?? 'no experiment'),
        notRun: tried.rehearsal?.notRun,
        problem,
        explanation,
      })
      if (problem !== undefined && explanation === undefined) process.stdout.write(`${bench.name}: ${name}: ${problem}\n`)
    }
  }
  await bank.close()
}

const wrong = rows.filter(({ problem, explanation }) => problem !== undefined && explanation === undefined)
if (positionals.length === 0 && values.on === undefined)
  writeFileSync(join(resolve(import.meta.dirname, '../..'), 'bench/trial.md'), report(rows))
process.stdout.write(
  `${rows.length} examples, ${rows.filter(({ notRun }) => notRun === undefined).length} of them run; the runs speak against ${wrong.length}\n`,
)
process.exitCode = wrong.length > 0 ? 1 : 0

/** What a run says against the rules: a finding that was not so, or something that happened and that no rule had said. */
function contradiction({ outcome, rehearsal }: Tried): string | undefined {
  if (rehearsal === undefined || rehearsal.notRun !== undefined) return undefined
  const refuted = outcome.findings.find(({ verdict }) => verdict?.verdict === 'refuted')
  if (refuted) return `${refuted.rule} is refuted: ${refuted.verdict!.because}`
  const unsaid = rehearsal.observations.find(({ said, query }) => !said && query === undefined)
  return unsaid && `no rule says it: ${unsaid.message}`
}
