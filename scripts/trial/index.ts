import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { rules } from '../../rules/registry.ts'
import type { Example } from '../../src/rule/define.ts'
import { type Bench, benches } from './benches.ts'
import { explained } from './explained.ts'
import { projectsFor, projectsForNone } from './projects.ts'
import { type Row, report } from './table.ts'
import { Bank, contradiction, type Tried } from './trial.ts'

/** Examples that are tried at the same time. */
const lanes = 2
/** Migrations after which a lane takes new engines. */
const rest = 20

/** One or more rows of the table. */
interface Job {
  readonly name: string
  try(bank: Bank): Promise<readonly Row[]>
}

// Rules, and fixture projects or folders of them, by name (all, where none is named), on engines by name (all that are at hand). --write is for whole engines.
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
  const jobs = [...examplesFor(bench), ...(await fixturesFor(bench))]
  const tried = new Map<Job, readonly Row[]>()
  const queue = [...jobs]
  await Promise.all(Array.from({ length: lanes }, () => lane(bench, queue, tried)))
  const own = jobs.flatMap((job) => tried.get(job) ?? [])
  rows.push(...own)
  const seconds = Math.round((performance.now() - started) / 1000)
  const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024)
  process.stdout.write(`${bench.name}: ${own.length} migrations, ${seconds} s, ${mebibytes} MiB at most\n`)
}

for (const name of (await projectsForNone()).filter(isWanted)) {
  skipped.push(`fixtures/projects/${name} is written for an engine that is none of these`)
  process.stdout.write(`skipped: ${skipped.at(-1)}\n`)
}

const wrong = rows.filter(({ problem, explanation }) => problem !== undefined && explanation === undefined)
const page = join(resolve(import.meta.dirname, '../..'), 'bench/trial.md')
if (values.write) writeFileSync(page, report(rows, skipped, readFileSync(page, 'utf8')))
process.stdout.write(`${rows.length} migrations; the runs speak against ${wrong.length}\n`)
process.exitCode = wrong.length > 0 ? 1 : 0

function isWanted(name: string): boolean {
  return positionals.length === 0 || positionals.some((wanted) => name === wanted || name.startsWith(`${wanted}/`))
}

function examplesFor(bench: Bench): readonly Job[] {
  return rules
    .filter(({ id }) => isWanted(id))
    .flatMap(({ id, bad, good }) => [
      ...bad.map((example, index) => jobOf(bench, id, 'bad', example, index)),
      ...good.map((example, index) => jobOf(bench, id, 'good', example, index)),
    ])
    .filter(({ example }) => bench.dialects.includes(example.on) && example.base === undefined)
}

function jobOf(bench: Bench, rule: string, kind: 'bad' | 'good', example: Example, index: number): Job & { readonly example: Example } {
  const name = `${rule}, ${kind} ${index + 1}`
  const attempt = async (bank: Bank) => {
    const result = await bank.try(example, name)
    return [rowOf(bench, name, kind, result, (finding) => finding.rule === rule)]
  }
  return { name, example, try: attempt }
}

async function fixturesFor(bench: Bench): Promise<readonly Job[]> {
  const projects = (await projectsFor(bench)).filter(({ name }) => isWanted(name))
  return projects.map((project) => ({
    name: project.name,
    try: async (bank) => {
      const tried = await bank.tryAll(project)
      return tried.map((one) => rowOf(bench, `${project.name}, ${one.migration}`, 'fixture', one, () => true))
    },
  }))
}

function rowOf(
  bench: Bench,
  name: string,
  kind: Row['kind'],
  result: Tried,
  counts: (finding: Tried['outcome']['findings'][number]) => boolean,
): Row {
  const problem = contradiction(result)
  const explanation = problem === undefined ? undefined : explained(bench.name, name)
  const verdicts = result.outcome.findings.filter(counts).map(({ verdict }) => verdict?.verdict ?? 'no experiment')
  if (problem !== undefined && explanation === undefined) process.stdout.write(`${bench.name}: ${name}: ${problem}\n`)
  return { bench: bench.name, name, kind, verdicts, notRun: result.rehearsal?.notRun, problem, explanation }
}

async function lane(bench: Bench, queue: Job[], tried: Map<Job, readonly Row[]>): Promise<void> {
  const bank = new Bank(bench)
  let count = 0
  for (let job = queue.shift(); job; job = queue.shift()) {
    const done = await job.try(bank)
    tried.set(job, done)
    count += done.length
    if (count < rest && bank.engines < 2) continue
    await bank.rest()
    count = 0
  }
  await bank.close()
}
