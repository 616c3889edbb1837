import type { DialectName } from '../src/ir/names.ts'
import type { Outcome, ReportedFinding } from '../src/lint/outcome.ts'
import { check } from '../src/pipeline/check.ts'
import { memoryProject } from '../src/project/memory.ts'
import type { Rule } from '../src/rule/define.ts'
import { caseSettings } from './run-example.ts'

/**
 * Cases in a fixture file, one after another:
 *
 *     === <title>
 *     dialect: mysql             postgres when not said
 *     expect: <rule id>, …       or none: exactly these rules speak about the newest migration
 *     also-ok: <rule id>, …      right to say and right not to say
 *     rules: <rule id>, …        judged by these too; in the text above the first case: for all of the file
 *     strict: true               judged by all rules of the strict profile
 *     timeouts: none             nobody bounds lock waits; else the runner does
 *     cls: true                  Sequelize hands transactions on by continuation-local storage
 *     unreadable: true           something in it cannot be read, and that is right
 *     --- history                the body of `up` of an earlier, deployed migration (any number)
 *     --- up, --- down           the bodies of the judged migration
 *     --- file                   or the judged migration as a whole module
 *     --- file <path>            any other file of the project
 *
 * A case is judged by the rules of the safety profile, and by every rule that a case of the file expects or allows.
 */
export interface OrmCase {
  readonly title: string
  readonly line: number
  readonly dialect: DialectName
  readonly expect: readonly string[]
  readonly alsoOk: readonly string[]
  /** The rules that it is judged by beside those of the safety profile. */
  readonly rules: readonly string[]
  readonly strict: boolean
  readonly bounded: boolean
  readonly cls: boolean
  readonly unreadable: boolean
  readonly sections: readonly { readonly name: string; readonly text: string }[]
}

export interface OrmVerdict {
  readonly missed: readonly string[]
  readonly extra: readonly ReportedFinding[]
  readonly said: readonly string[]
  readonly outcome: Outcome
}

function list(value: string | undefined): string[] {
  return value === undefined || value === 'none' ? [] : value.split(',').map((rule) => rule.trim())
}

/** Splits a fixture file into its cases. Throws on a header that it does not know: a misspelt expectation must not pass. */
export function parseOrmCases(file: string, text: string): OrmCase[] {
  const cases: OrmCase[] = []
  const preamble = text.split(/^=== /m)[0]!
  const ofFile = [...text.matchAll(/^(?:expect|also-ok): (.+)$/gm), ...preamble.matchAll(/^rules: (.+)$/gm)].flatMap((match) =>
    list(match[1]),
  )
  let line = 1
  for (const part of text.split(/^(?==== )/m)) {
    const at = line
    line += part.split('\n').length - 1
    if (!part.startsWith('=== ')) continue
    const [head = '', ...rest] = part.split(/^(?=--- )/m)
    const [title = '', ...headers] = head.trim().split('\n')
    const said = new Map(
      headers
        .filter((header) => !header.startsWith('#') && header.trim() !== '')
        .map((header) => {
          const match = /^(dialect|expect|also-ok|rules|strict|timeouts|cls|unreadable): (.+)$/.exec(header)
          if (!match) throw new Error(`${file}:${at}: unknown header ${header}`)
          return [match[1]!, match[2]!.trim()] as const
        }),
    )
    if (!said.has('expect')) throw new Error(`${file}:${at}: a case needs expect`)
    cases.push({
      title: title.slice(4),
      line: at,
      dialect: (said.get('dialect') ?? 'postgres') as DialectName,
      rules: [...ofFile, ...list(said.get('rules'))],
      strict: said.get('strict') === 'true',
      expect: list(said.get('expect')),
      alsoOk: list(said.get('also-ok')),
      bounded: said.get('timeouts') !== 'none',
      cls: said.get('cls') === 'true',
      unreadable: said.get('unreadable') === 'true',
      sections: rest.map((section) => {
        const end = section.indexOf('\n')
        return { name: section.slice(4, end).trim(), text: `${section.slice(end + 1).trimEnd()}\n` }
      }),
    })
  }
  return cases
}

function moduleOf(framework: 'sequelize' | 'typeorm', name: string, up: string, down: string): string {
  if (framework === 'sequelize')
    return `module.exports = {\n  async up(queryInterface, Sequelize) {\n${up}  },\n  async down(queryInterface, Sequelize) {\n${down}  },\n};\n`
  return `import { MigrationInterface, QueryRunner, Table, TableCheck, TableColumn, TableForeignKey, TableIndex, TableUnique } from 'typeorm';\n\nexport class ${name} implements MigrationInterface {\n  public async up(queryRunner: QueryRunner): Promise<void> {\n${up}  }\n\n  public async down(queryRunner: QueryRunner): Promise<void> {\n${down}  }\n}\n`
}

/** The files of a case's project, and the path of the migration that is judged. */
function layOrmCase(one: OrmCase, framework: 'sequelize' | 'typeorm'): { readonly files: Record<string, string>; readonly judged: string } {
  const files: Record<string, string> = {}
  const pathOf = (number: number) =>
    framework === 'sequelize' ? `migrations/2024010100000${number}-step.js` : `src/migrations/170000000000${number}-step.ts`
  let number = 0
  for (const { name, text } of one.sections) {
    if (name === 'history') {
      number++
      files[pathOf(number)] = moduleOf(framework, `Step170000000000${number}`, text, "throw new Error('forward only');\n")
    }
    if (name.startsWith('file ')) files[name.slice(5)] = text
  }
  const judged = pathOf(9)
  const section = (name: string) => one.sections.find((other) => other.name === name)?.text
  files[judged] = section('file') ?? moduleOf(framework, 'Step1700000000009', section('up') ?? '', section('down') ?? '')
  return { files, judged }
}

/** Judges a case through the one way every door goes, and compares. */
export async function judgeOrmCase(one: OrmCase, framework: 'sequelize' | 'typeorm', rules: readonly Rule[]): Promise<OrmVerdict> {
  const { files, judged } = layOrmCase(one, framework)
  const { outcome } = await check({
    project: memoryProject(files),
    projects: [{ framework, dialect: one.dialect, runner: one.cls ? { cls: true } : {}, boundByRunner: one.bounded }],
    ...caseSettings(rules, one.rules, one.strict),
    allRules: rules,
    down: 'rollback',
    only: (path) => path === judged,
    together: false,
    version: 'test',
  })
  const said = new Set<string>(outcome.findings.map((finding) => finding.rule))
  return {
    missed: one.expect.filter((rule) => !said.has(rule)),
    extra: outcome.findings.filter((finding) => !one.expect.includes(finding.rule) && !one.alsoOk.includes(finding.rule)),
    said: [...said],
    outcome,
  }
}
