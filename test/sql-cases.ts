import { parseVersion } from '../src/dialects/dialect.ts'
import type { DialectName } from '../src/ir/names.ts'
import type { Outcome, ReportedFinding } from '../src/lint/outcome.ts'
import { check, type ProjectSettings } from '../src/pipeline/check.ts'
import { memoryProject } from '../src/project/memory.ts'
import type { Rule } from '../src/rule/define.ts'
import { caseSettings } from './run-example.ts'

/**
 * Cases in a fixture file, one after another:
 *
 *     -- case: <title> [flag] [flag] …
 *     <the migration>                     -- expect: <rule id>, <rule id>
 *
 * An expectation stands on a line of what the finding points at. A line without one must be silent.
 * It is judged by the rules of the safety profile, and by every rule that a case of the file expects or that a line `-- Rules: <rule id>, …`
 * above the first case names; `[rules a, b]` adds some for one case, `[strict]` all of the strict profile.
 * Flags: `[bounded]` the runner sets the timeouts; `[version 14]`; `[runner all|each|none]` the transactions of the runner;
 * `[prisma 6.4.0]` a Prisma project (its version may be left out); `[together]` the judged files ship in one batch;
 * `[path V2__users.sql]` the name of the last judged file, for runners that go by it;
 * `[unreadable]` something in it cannot be read, and that is right.
 * Sections: `-- earlier` begins a deployed migration, `-- now` a judged one, `-- down` the down file of the one above it,
 * `-- schema` the models of `schema.prisma`. Without a section line the whole case is one judged migration.
 */
export interface SqlCase {
  readonly title: string
  readonly file: string
  readonly line: number
  readonly flags: ReadonlyMap<string, string>
  /** The rules that it is judged by beside those of the safety profile. */
  readonly rules: readonly string[]
  readonly sections: readonly Section[]
}

interface Section {
  readonly kind: 'earlier' | 'now' | 'down' | 'schema'
  readonly text: string
  /** Lines of the fixture file above the section's first line. */
  readonly above: number
}

export interface Expectation {
  readonly line: number
  readonly rule: string
}

export interface Verdict {
  /** Expected and not said. */
  readonly missed: readonly Expectation[]
  /** Said and not expected. */
  readonly extra: readonly (Expectation & { readonly message: string })[]
  readonly outcome: Outcome
}

/** Splits a fixture file into its cases; text before the first one is a preamble for the reader. */
export function parseCases(file: string, text: string): SqlCase[] {
  const cases: {
    title: string
    line: number
    flags: Map<string, string>
    sections: { kind: Section['kind']; lines: string[]; above: number }[]
  }[] = []
  text.split('\n').forEach((line, index) => {
    const header = /^-- case: (.*)$/.exec(line)
    if (header) {
      const flags = new Map<string, string>()
      const title = header[1]!.replace(/\s*\[([a-z]+)(?: ([^\]]+))?\]/g, (_, name: string, value: string | undefined) => {
        flags.set(name, value ?? '')
        return ''
      })
      cases.push({ title, line: index + 1, flags, sections: [] })
      return
    }
    const current = cases.at(-1)
    if (!current) return
    const section = /^-- (earlier|now|down|schema)\s*$/.exec(line)
    if (section) {
      current.sections.push({ kind: section[1] as Section['kind'], lines: [], above: index + 1 })
      return
    }
    if (current.sections.length === 0) {
      if (line.trim() === '') return
      current.sections.push({ kind: 'now', lines: [], above: index })
    }
    current.sections.at(-1)!.lines.push(line)
  })
  const preamble = /^-- Rules: (.+)$/m.exec(text.split(/^-- case: /m)[0]!)?.[1]
  const ofFile = [...listed(preamble), ...[...text.matchAll(expectation)].flatMap((match) => listed(match[1]))]
  return cases.map(({ sections, ...rest }) => ({
    ...rest,
    file,
    rules: [...ofFile, ...listed(rest.flags.get('rules'))],
    sections: sections.map(({ kind, lines, above }) => ({ kind, above, text: `${lines.join('\n').trimEnd()}\n` })),
  }))
}

const expectation = /-- expect: ([\w\-, ]+)/g

function listed(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',').map((rule) => rule.trim())
}

/** What the lines of a case say must be said. */
function expectationsOf(one: SqlCase): Expectation[] {
  return one.sections.flatMap(({ text, above }) =>
    text.split('\n').flatMap((line, index) => {
      return [...line.matchAll(expectation)].flatMap((match) => listed(match[1]).map((rule) => ({ line: above + index + 1, rule })))
    }),
  )
}

interface Laid {
  readonly files: Record<string, string>
  /** Where a path's first line stands in the fixture: lines above it. */
  readonly above: Map<string, number>
  readonly judged: Set<string>
}

/** The files of a case as a project has them, and which of them are judged. */
export function lay(one: SqlCase, dialect: DialectName): Laid {
  const files: Record<string, string> = {}
  const above = new Map<string, number>()
  const judged = new Set<string>()
  const prisma = one.flags.get('prisma')
  let number = 0
  let models = ''
  const withDown = one.sections.some(({ kind }) => kind === 'down')
  one.sections.forEach((section, index) => {
    if (section.kind === 'schema') {
      models = section.text
      return
    }
    if (section.kind !== 'down') number++
    const base = String(number).padStart(3, '0')
    const raw = withDown ? `migrations/${base}_step.${section.kind === 'down' ? 'down' : 'up'}.sql` : `migrations/${base}_step.sql`
    const named = section.kind === 'now' ? one.flags.get('path') : undefined
    const path = named !== undefined ? named : prisma === undefined ? raw : `prisma/migrations/20240101000${base}_step/migration.sql`
    // The expectations are the test's, not the user's: a comment must not hide or change anything.
    files[path] = section.text.replace(/[ \t]*-- expect: [^\n]*/g, '')
    above.set(path, section.above)
    const kind = section.kind === 'down' ? one.sections[index - 1]!.kind : section.kind
    if (kind === 'now') judged.add(path)
  })
  if (prisma !== undefined) {
    const provider = dialect === 'postgres' ? 'postgresql' : dialect === 'mariadb' ? 'mysql' : dialect
    files['prisma/schema.prisma'] = `datasource db {\n  provider = "${provider}"\n  url      = env("DATABASE_URL")\n}\n\n${models}`
  }
  return { files, above, judged }
}

/** Judges a case through the one way every door goes, and compares. */
export async function judgeCase(one: SqlCase, dialect: DialectName, rules: readonly Rule[]): Promise<Verdict> {
  const { files, above, judged } = lay(one, dialect)
  const prisma = one.flags.get('prisma')
  const version = one.flags.get('version')
  const runner = one.flags.get('runner') as 'all' | 'each' | 'none' | undefined
  const settings: ProjectSettings = {
    framework: one.flags.has('prisma') ? 'prisma' : 'raw-sql',
    dialect,
    ...(version === undefined ? {} : { serverVersion: parseVersion(version)! }),
    runner: runner === undefined ? {} : { transaction: runner },
    boundByRunner: one.flags.has('bounded'),
  }
  const { outcome } = await check({
    project: memoryProject(files, prisma ? { prisma } : {}),
    projects: [settings],
    ...caseSettings(rules, one.rules, one.flags.has('strict')),
    allRules: rules,
    down: 'rollback',
    only: (path) => judged.has(path),
    together: one.flags.has('together'),
    version: 'test',
  })
  const open = [...expectationsOf(one)]
  const extra: (Expectation & { message: string })[] = []
  for (const finding of outcome.findings) {
    const place = placeOf(finding, above)
    const at = open.findIndex(({ rule, line }) => rule === finding.rule && line >= place.line && line <= place.endLine)
    if (at >= 0) open.splice(at, 1)
    else extra.push({ rule: finding.rule, line: place.line, message: finding.message })
  }
  return { missed: open, extra, outcome }
}

function placeOf(finding: ReportedFinding, above: ReadonlyMap<string, number>): { readonly line: number; readonly endLine: number } {
  const offset = above.get(finding.file) ?? 0
  return { line: finding.line + offset, endLine: finding.endLine + offset }
}
