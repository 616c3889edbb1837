import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { rules } from '../../rules/registry.ts'
import type { Example } from '../../src/rule/define.ts'
import { type Bench, benches } from './benches.ts'
import { explained } from './explained.ts'
import { type Row, report } from './table.ts'
import { Bank, contradiction } from './trial.ts'

/** Examples that are tried at the same time. */
const lanes = 2
/** Examples after which a lane takes new engines. */
const rest = 20

interface Job {
  readonly rule: string
  readonly name: string
  readonly kind: 'bad' | 'good'
  readonly example: Example
}

// Rules by name (all, where none is named), on engines by name (all that are at hand).
const { values, positionals } = parseArgs({
  options: { on: { type: 'string', multiple: true }, write: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const rows: Row[] = []
const skipped: string[] = []

for (const bench of await benches(values.on ?? [])) {
  if (typeof bench === 'string') {
    skipped.push(bench)
    process.stdout.write(`skipped: ${bench}\n`)
    continue
  }
  const started = performance.now()
  const jobs = jobsFor(bench)
  const tried = new Map<Job, Row>()
  const queue = [...jobs]
  await Promise.all(Array.from({ length: lanes }, () => lane(bench, queue, tried)))
  rows.push(...jobs.flatMap((job) => tried.get(job) ?? []))
  const seconds = Math.round((performance.now() - started) / 1000)
  const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024)
  process.stdout.write(`${bench.name}: ${jobs.length} examples, ${seconds} s, ${mebibytes} MiB at most\n`)
}

const wrong = rows.filter(({ problem, explanation }) => problem !== undefined && explanation === undefined)
if (values.write) writeFileSync(join(resolve(import.meta.dirname, '../..'), 'bench/trial.md'), report(rows, skipped))
process.stdout.write(`${rows.length} examples; the runs speak against ${wrong.length}\n`)
process.exitCode = wrong.length > 0 ? 1 : 0

function jobsFor(bench: Bench): readonly Job[] {
  return rules
    .filter(({ id }) => positionals.length === 0 || positionals.includes(id))
    .flatMap(({ id, bad, good }) => [
      ...bad.map((example, index): Job => ({ rule: id, name: `${id}, bad ${index + 1}`, kind: 'bad', example })),
      ...good.map((example, index): Job => ({ rule: id, name: `${id}, good ${index + 1}`, kind: 'good', example })),
    ])
    .filter(({ example }) => bench.dialects.includes(example.on) && example.base === undefined)
}

async function lane(bench: Bench, queue: Job[], tried: Map<Job, Row>): Promise<void> {
  const bank = new Bank(bench)
  let count = 0
  for (let job = queue.shift(); job; job = queue.shift()) {
    const { rule, name, kind, example } = job
    const result = await bank.try(example, name)
    const problem = contradiction(result)
    const explanation = problem === undefined ? undefined : explained(bench.name, name)
    const verdicts = result.outcome.findings
      .filter((finding) => finding.rule === rule)
      .map(({ verdict }) => verdict?.verdict ?? 'no experiment')
    tried.set(job, { bench: bench.name, name, kind, verdicts, notRun: result.rehearsal?.notRun, problem, explanation })
    if (problem !== undefined && explanation === undefined) process.stdout.write(`${bench.name}: ${name}: ${problem}\n`)
    if (++count % rest === 0) await bank.rest()
  }
  await bank.close()
}
