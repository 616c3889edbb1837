import { readFileSync } from 'node:fs'
import type { Rule } from '../src/rule/define.ts'

/** The hazard catalogue: what is known to go wrong in migrations, and which linters know it. */
export interface Catalogue {
  readonly hazards: readonly Hazard[]
  /** Rows that the program answers without a rule, and how. */
  readonly answered: Readonly<Record<string, string>>
  /** Rows that are left out, and why. */
  readonly notCovered: Readonly<Record<string, string>>
}

interface Hazard {
  readonly row: number
  readonly hazard: string
  /** Engines, and frameworks where the hazard is theirs alone. */
  readonly dialects: readonly string[]
  /** What must be known to decide it: the file, the history, the runner, the server … */
  readonly decidable: readonly string[]
  /** Linter to what it calls the hazard. */
  readonly peers: Readonly<Record<string, readonly string[]>>
}

interface FiledRule {
  readonly rule: Pick<Rule, 'id' | 'covers' | 'equivalents'>
  readonly file: string
}

export function readCatalogue(path: string): Catalogue {
  return JSON.parse(readFileSync(path, 'utf8')) as Catalogue
}

/** What is said of a row. */
interface Answer {
  readonly hazard: Hazard
  readonly rules: readonly FiledRule[]
  readonly elsewhere: string | undefined
}

/**
 * The page of what is covered: every row of the catalogue with its rules, and every name that a linter gives with ours. Throws when a row is
 * neither covered, nor answered or left out with a reason, or is left out and covered; or when a rule names what the catalogue has not.
 */
export function coveragePage(catalogue: Catalogue, rules: readonly FiledRule[]): string {
  const faults = [...strangers(catalogue, rules)]
  const answers = catalogue.hazards.map((hazard) => answerOf(hazard, catalogue, rules))
  for (const { hazard, rules: own, elsewhere } of answers) {
    const left = catalogue.notCovered[hazard.row]
    if (own.length === 0 && elsewhere === undefined) faults.push(`row ${hazard.row} (${hazard.hazard}) is not covered`)
    if (left !== undefined && own.length > 0)
      faults.push(`row ${hazard.row} is left out, and ${own.map(({ rule }) => rule.id).join(', ')} covers it`)
  }
  if (faults.length > 0) throw new Error(`scripts/hazards.json and the rules disagree:\n${faults.join('\n')}`)
  return [
    '# What is covered',
    '',
    `Of ${answers.length} known hazards ${countOf(answers)}.`,
    'Generated from the rules and `scripts/hazards.json` by `npm run gen`.',
    '',
    '## Hazards',
    '',
    '| row | hazard | where | rule |',
    '|---|---|---|---|',
    ...answers.map(
      (answer) => `| ${answer.hazard.row} | ${answer.hazard.hazard} | ${answer.hazard.dialects.join(', ')} | ${cell(answer)} |`,
    ),
    '',
    '## What other linters call them',
    '',
    ...peerTables(answers),
  ].join('\n')
}

function* strangers(catalogue: Catalogue, rules: readonly FiledRule[]): Iterable<string> {
  const rows = new Map(catalogue.hazards.map((hazard) => [hazard.row, hazard]))
  for (const { rule } of rules) {
    const names = rule.covers.flatMap((row) =>
      Object.entries(rows.get(row)?.peers ?? {}).flatMap(([peer, ids]) => ids.map((id) => `${peer}:${id}`)),
    )
    for (const row of rule.covers) if (!rows.has(row)) yield `${rule.id} covers row ${row}, which there is not`
    for (const id of rule.equivalents) if (!names.includes(id)) yield `${rule.id} is called ${id}, which no row that it covers knows`
  }
}

function answerOf(hazard: Hazard, { answered, notCovered }: Catalogue, rules: readonly FiledRule[]): Answer {
  const own = rules.filter(({ rule }) => rule.covers.includes(hazard.row))
  return {
    hazard,
    rules: own,
    elsewhere: answered[hazard.row] ?? notCovered[hazard.row],
  }
}

function countOf(answers: readonly Answer[]): string {
  const covered = answers.filter(({ rules }) => rules.length > 0).length
  return `${covered} are covered by a rule, and ${answers.length - covered} are answered elsewhere or left out, with the reason`
}

function cell({ rules, elsewhere }: Answer): string {
  return rules.length > 0 ? rules.map(linked).join(', ') : elsewhere!
}

function linked({ rule, file }: FiledRule): string {
  return `[\`${rule.id}\`](${file.replace(/^rules\//, '').replace(/\.ts$/, '.md')})`
}

/** One table for each linter: its names in order, and the rules that answer the hazards that go by them. */
function peerTables(answers: readonly Answer[]): string[] {
  const peers = new Map<string, Map<string, Answer[]>>()
  for (const answer of answers) {
    for (const [peer, ids] of Object.entries(answer.hazard.peers)) {
      const names = peers.get(peer) ?? new Map<string, Answer[]>()
      peers.set(peer, names)
      for (const id of ids) names.set(id, [...(names.get(id) ?? []), answer])
    }
  }
  return [...peers].flatMap(([peer, names]) => [
    `### ${peer}`,
    '',
    `| ${peer} | Surefoot |`,
    '|---|---|',
    ...[...names]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, known]) => `| \`${id}\` | ${[...new Set(ours(peer, id, known))].join(', ')} |`),
    '',
  ])
}

/** Where rules name the linter's id as their own, these; else all that answer a hazard that goes by it. */
function ours(peer: string, id: string, answers: readonly Answer[]): string[] {
  const all = answers.flatMap(({ rules }) => rules)
  const exact = all.filter(({ rule }) => rule.equivalents.includes(`${peer}:${id}`))
  if (exact.length > 0) return exact.map(linked)
  return all.length > 0 ? all.map(linked) : answers.map(({ elsewhere }) => elsewhere!)
}
