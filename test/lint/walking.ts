import type { Dialect } from '../../src/dialects/dialect.ts'
import { mysql } from '../../src/dialects/mysql/index.ts'
import { mariadb } from '../../src/dialects/mysql/mariadb.ts'
import { postgres } from '../../src/dialects/postgres/index.ts'
import { sqlite } from '../../src/dialects/sqlite/index.ts'
import type { Framework } from '../../src/frameworks/framework.ts'
import { type Draft, withSegments } from '../../src/frameworks/script.ts'
import type { Ambient, Script } from '../../src/ir/migration.ts'
import type { DialectName } from '../../src/ir/names.ts'
import { advance, type Course, walk } from '../../src/lint/walk.ts'
import type { Moment, Walk } from '../../src/rule/site.ts'
import { emptySchema } from '../../src/schema/edit.ts'
import { tracedText } from '../../src/source/traced.ts'

const dialects: Readonly<Record<DialectName, Dialect>> = { postgres, mysql, mariadb, sqlite }

export interface Run {
  readonly engine?: DialectName
  readonly ambient?: Ambient
  /** All statements travel in one query string. */
  readonly together?: boolean
  /** The runner takes a connection from a pool for each call. */
  readonly pooled?: boolean
  readonly boundByRunner?: boolean
  /** The texts that ran before, oldest first. */
  readonly history?: readonly string[]
}

/** The moments of a SQL text that a runner sends statement by statement. */
export function momentsOf(sql: string, run: Run = {}): readonly Moment[] {
  return walkOf(sql, run).moments
}

/** The walk of a SQL text that follows others in its history. */
export function walkOf(sql: string, { engine = 'postgres', ambient = 'none', together, pooled, boundByRunner, history = [] }: Run): Walk {
  const dialect = dialects[engine]
  // The walk asks the framework for its name, and to lower what SQL text never has.
  const framework = { name: pooled ? 'sequelize' : 'raw-sql' } as unknown as Framework
  const course: Course = {
    dialect,
    version: dialect.latest,
    framework,
    load: {} as Course['load'],
    boundByRunner: boundByRunner ?? false,
    sameBatch: () => false,
  }
  const scripts = [...history, sql].map((text): Script => {
    const drafts: Draft[] = dialect
      .parse(tracedText(text, 'm.sql'), { version: dialect.latest })
      .map(({ start, end, ...statement }) => ({ ...statement, batch: together ? 0 : undefined }))
    const span = { file: 'm.sql', start: 0, end: text.length }
    return { ambient, ambientBecause: '', ambientAssumed: false, statements: withSegments(drafts), span }
  })
  const before = scripts.slice(0, -1).reduce((schema, script, position) => advance(script, schema, position, course), emptySchema(dialect))
  const migration = { id: 'm', files: ['m.sql'], up: scripts.at(-1)!, down: undefined, downExpected: false }
  return walk(migration, 'up', before, history.length, course)
}
