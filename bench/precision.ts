import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rules } from '../rules/registry.ts'
import type { ReportedFinding } from '../src/lint/outcome.ts'
import { check } from '../src/pipeline/check.ts'
import { diskProject } from '../src/project/disk.ts'
import { version } from '../src/version.ts'
import { type Drawing, tuned, untuned } from './precision/drawings.ts'

/**
 * Draws findings at random from public repositories, the same number of each rule where there are enough, and writes what a reader judged
 * of them to `precision.md`. `npx tsx bench/precision.ts <folder of checkouts> [seed] [how many]`; with `--show` the sample is printed with
 * the code around it, for judging. Verdicts are kept in `precision.json`; a finding without one is listed as not judged. `--from` and the name of a
 * drawing, such as `unseen`, draws from repositories that nothing was tuned on; its files are in `precision/`, where README.md lists them all.
 */
const given = process.argv.slice(2)
const from = given.includes('--from') ? given[given.indexOf('--from') + 1] : undefined
const args = given.filter((arg) => !arg.startsWith('--') && arg !== from)
const folder = args[0] ?? process.env.SUREFOOT_CHECKOUTS
const seed = Number(args[1] ?? 2)
const wanted = Number(args[2] ?? 150)
if (folder === undefined) {
  console.error('Which folder holds the checkouts? npx tsx bench/precision.ts <folder>')
  process.exit(2)
}

const drawing = from === undefined ? tuned : drawingOf(from)
const base = from === undefined ? 'precision' : `precision/${from}`

function drawingOf(name: string): Drawing {
  const known = untuned[name]
  if (known) return known
  console.error(`--from takes one of ${Object.keys(untuned).join(', ')}`)
  process.exit(2)
}

interface Sampled {
  readonly repository: string
  readonly root: string
  readonly finding: ReportedFinding
}
type Verdict = readonly ['true' | 'false' | 'arguable', string]

const verdictsFile = new URL(`${base}.json`, import.meta.url)
const verdicts: Readonly<Record<string, Verdict>> = existsSync(verdictsFile) ? JSON.parse(readFileSync(verdictsFile, 'utf8')) : {}

/** What was done so that a rule speaks less often: rule to sentences, for the ten that speak most. */
const done: Readonly<Record<string, string>> = JSON.parse(readFileSync(new URL('noise.json', import.meta.url), 'utf8'))

let migrations = 0
const found: Sampled[] = []
for (const { name } of drawing.from) {
  const root = [join(folder, name.split('/')[1]!), join(folder, name.replace('/', '+'))].find((path) => existsSync(path))
  if (root === undefined) console.error(`${name}: no checkout in ${folder}, skipped`)
  else for (const finding of await findingsIn(root)) found.push({ repository: name, root, finding })
}
const sample = stratified(found, wanted)
if (process.argv.includes('--show')) for (const sampled of sample) show(sampled)
else {
  writeFileSync(new URL(`${base}.md`, import.meta.url), page(sample))
  writeFileSync(new URL('precision/README.md', import.meta.url), contents())
}

async function findingsIn(root: string): Promise<readonly ReportedFinding[]> {
  const { outcome } = await check({
    project: diskProject(root),
    projects: [{ runner: {}, boundByRunner: false }],
    rules: rules.filter((rule) => rule.profile === 'safety').map((rule) => ({ rule, severity: undefined, options: {} })),
    allRules: rules,
    profile: 'safety',
    down: 'rollback',
    together: false,
    version,
  })
  migrations += outcome.summary.migrations
  return outcome.findings
}

/** Takes turns: one finding of each rule, at random, until there are enough. */
function stratified(all: readonly Sampled[], count: number): Sampled[] {
  const random = generator(seed)
  const ids = [...new Set(all.map(({ finding }) => finding.rule))].sort(compare)
  const strata = ids.map((id) =>
    shuffled(
      all.filter(({ finding }) => finding.rule === id),
      random,
    ),
  )
  const taken: Sampled[] = []
  for (let turn = 0; taken.length < Math.min(count, all.length); turn++) {
    for (const stratum of strata) if (turn < stratum.length && taken.length < count) taken.push(stratum[turn]!)
  }
  return taken.sort((a, b) => compare(a.finding.rule, b.finding.rule) || compare(keyOf(a), keyOf(b)))
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const copy = [...items]
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[copy[i], copy[j]] = [copy[j]!, copy[i]!]
  }
  return copy
}

/** mulberry32: the same seed gives the same sample on every machine. */
function generator(start: number): () => number {
  let state = start >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function keyOf({ repository, finding }: Sampled): string {
  return `${finding.rule} ${repository} ${finding.file}:${finding.line}:${finding.column}`
}

function show(sampled: Sampled): void {
  const { finding, root } = sampled
  const known = verdicts[keyOf(sampled)]
  console.log(`## ${keyOf(sampled)} ${finding.direction}${known ? ` [${known[0]}]` : ''}\n   ${finding.message}`)
  if (known) return
  const lines = readFileSync(join(root, finding.file), 'utf8').split('\n')
  for (const line of lines.slice(Math.max(0, finding.line - 4), finding.line + 5)) console.log(`   | ${line.slice(0, 150)}`)
}

function page(sample: readonly Sampled[]): string {
  const judged = sample.map((sampled) => ({ sampled, verdict: verdicts[keyOf(sampled)] }))
  const count = (verdict: Verdict[0]) => judged.filter((row) => row.verdict?.[0] === verdict).length
  const share = (part: number) => `${((100 * part) / sample.length).toFixed(1)} %`
  const open = judged.filter((row) => row.verdict === undefined).length
  const rows = judged.map(({ sampled: { repository, finding }, verdict }) =>
    [finding.rule, repository, `${finding.file}:${finding.line}`, verdict?.[0] ?? 'not judged', verdict?.[1] ?? ''].join(' | '),
  )
  return `# How many findings are true

Written by \`npx tsx bench/precision.ts <folder of checkouts> ${seed} ${wanted}${from === undefined ? '' : ` --from ${from}`}\`: ${sample.length} of ${found.length} findings (profile
\`safety\`) over ${drawing.from.length} public repositories,
drawn with seed ${seed}, one of each rule in turn, and read one by one against the source. *True*: what the message says would happen does, on a
table that is large and live. *Arguable*: it would, and the team can have good reasons not to care. *False*: it would not. ${drawing.about}

- true ${count('true')} (${share(count('true'))}), arguable ${count('arguable')} (${share(count('arguable'))}), false ${count('false')} (${share(count('false'))})${open > 0 ? `, not judged ${open}` : ''}
- Each rule has the same part in this drawing, rare ones too. Weighed by how often each of the rules speaks, ${weighed(judged)} % of the findings are false.

| rule | repository | place | verdict | why |
|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}

## The ten noisiest rules

Of all ${found.length} findings of the profile \`safety\` over ${migrations} migrations. The histories are judged whole, from the first migration on; a team that sets a
baseline or uses \`--since\` sees what is new. They speak of what these projects do every day.

| rule | findings | migrations with one | what was done |
|---|--:|--:|---|
${noisiest().join('\n')}
`
}

/** What the pages of all drawings from repositories that nothing was tuned on say of themselves. */
function contents(): string {
  const rows = Object.entries(untuned).map(([name, { from: repositories }]) => {
    const file = new URL(`precision/${name}.md`, import.meta.url)
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    const [, yes = '–', arguable = '–', no = '–'] = /^- true (.+?), arguable (.+?), false ([^,\n]+)/m.exec(text) ?? []
    const weight = /speaks, ([\d.]+ %)/.exec(text)?.[1] ?? '–'
    return `| [${name}](${name}.md) | ${repositories.length} | ${yes} | ${arguable} | ${no} | ${weight} |`
  })
  return `# Findings in repositories that nothing was tuned on

Written by \`npx tsx bench/precision.ts\`, in the order of the drawings. Each row was drawn before its repositories were tuned on, and what was false is mended since: of
these figures the latest say most of a repository that nobody has looked at. Each rule has the same part in a drawing, rare ones too; weighed is the share of false findings
as if each had the part that it has in all that is found.

| drawing | repositories | true | arguable | false | false, weighed |
|---|--:|--:|--:|--:|--:|
${rows.join('\n')}
`
}

/** The share of false findings, as if each of the drawn rules had the part in the drawing that it has in all that is found. */
function weighed(judged: readonly { readonly sampled: Sampled; readonly verdict: Verdict | undefined }[]): string {
  let all = 0
  let wrong = 0
  for (const rule of new Set(judged.map(({ sampled }) => sampled.finding.rule))) {
    const own = judged.filter(({ sampled }) => sampled.finding.rule === rule)
    const spoken = found.filter(({ finding }) => finding.rule === rule).length
    all += spoken
    wrong += (spoken * own.filter(({ verdict }) => verdict?.[0] === 'false').length) / own.length
  }
  return ((100 * wrong) / Math.max(all, 1)).toFixed(1)
}

function noisiest(): readonly string[] {
  const of = (id: string) => found.filter(({ finding }) => finding.rule === id)
  const ids = [...new Set(found.map(({ finding }) => finding.rule))].sort((a, b) => of(b).length - of(a).length)
  return ids.slice(0, 10).map((id) => {
    const findings = of(id)
    const share = new Set(findings.map(({ repository, finding }) => `${repository} ${finding.migration}`)).size / migrations
    return `| ${id} | ${findings.length} | ${(100 * share).toFixed(1)} % | ${done[id] ?? ''} |`
  })
}
