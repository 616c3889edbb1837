import { mysql } from '../../../src/dialects/mysql/index.ts'
import { mariadb } from '../../../src/dialects/mysql/mariadb.ts'
import { postgres } from '../../../src/dialects/postgres/index.ts'
import { sqlite } from '../../../src/dialects/sqlite/index.ts'
import type { LoadOptions, RunnerOptions } from '../../../src/frameworks/framework.ts'
import { typeorm } from '../../../src/frameworks/typeorm/index.ts'
import type { Migration } from '../../../src/ir/migration.ts'
import type { DialectName } from '../../../src/ir/names.ts'
import type { Operation } from '../../../src/ir/operation.ts'
import { memoryProject } from '../../../src/project/memory.ts'

const dialects = { postgres, mysql, mariadb, sqlite }

export async function ready(): Promise<void> {
  await Promise.all([typeorm.ready(), ...Object.values(dialects).map((dialect) => dialect.ready())])
}

export interface Reading {
  readonly on?: DialectName
  readonly down?: string
  /** Members of the class before `up`. */
  readonly members?: string
  /** Text before the class. */
  readonly before?: string
  readonly files?: Readonly<Record<string, string>>
  readonly runner?: RunnerOptions
}

export function optionsFor(
  dialect: DialectName,
  files: Readonly<Record<string, string>>,
  runner: RunnerOptions = {},
): LoadOptions & { readonly project: ReturnType<typeof memoryProject> } {
  const project = memoryProject(files)
  const history = typeorm.discover(project, { dialect })[0]
  if (history === undefined) throw new Error('no history was found')
  return { dialect: dialects[dialect], version: dialects[dialect].latest, runner, history, project }
}

/** The migration whose `up` has this body. */
export function read(body: string, { on = 'postgres', down, members = '', before = '', files = {}, runner = {} }: Reading = {}): Migration {
  const text = `
import { MigrationInterface, QueryRunner, Table, TableColumn, TableIndex, TableForeignKey, TableUnique, TableCheck, TableExclusion, View, In, getManager } from 'typeorm'
${before}
export class Change1700000000001 implements MigrationInterface {
  ${members}
  public async up(queryRunner: QueryRunner): Promise<void> {
${body}
  }
  ${down === undefined ? '' : `public async down(queryRunner: QueryRunner): Promise<void> {\n${down}\n}`}
}`
  const options = optionsFor(on, { 'src/migrations/1.ts': text, ...files }, runner)
  return typeorm.load(options.history.entries[0]!, options.project, options)
}

/** The operations of `up`. */
export function operations(body: string, reading: Reading = {}): readonly Operation[] {
  return read(body, reading).up.statements.flatMap((statement) => statement.operations)
}

/** What an operation says, short: its kind, table and part. */
export function brief(operation: Operation): string {
  const one = operation as {
    kind: string
    table?: { name: string }
    tables?: { name: string }[]
    name?: { name: string } | string
    column?: { name: string } | string
    to?: { name: string } | string
    constraint?: { kind: string; columns: string[]; name?: string }
  }
  const nameOf = (value: { name: string } | string | undefined) => (typeof value === 'string' ? value : value?.name)
  const parts = [
    one.kind,
    one.table?.name ?? one.tables?.map((table) => table.name).join(','),
    nameOf(one.column),
    one.constraint && `${one.constraint.kind}(${one.constraint.columns.join(',')})`,
    one.constraint?.name ?? nameOf(one.name),
    nameOf(one.to),
  ]
  return parts.filter((part) => part !== undefined).join(' ')
}

export const briefly = (body: string, reading: Reading = {}): readonly string[] => operations(body, reading).map(brief)
