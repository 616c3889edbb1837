import { showName } from '../../ir/names.ts'
import type { Moment } from '../../rule/site.ts'
import { tablesOf } from '../../rule/steps.ts'
import type { Span } from '../../source/span.ts'
import type { ReportedMigration, ReportedOperation, ReportedStatement, Rollback } from '../described.ts'
import type { Place } from '../outcome.ts'
import type { Scene } from '../site.ts'
import { viewTable } from '../table-view.ts'
import { locksOf } from './locks.ts'
import { wordsOf } from './operation.ts'
import { downOf, rollbacks, worstOf } from './rollback.ts'
import { schemaLines } from './schema-lines.ts'

/** So many statements of a migration are described one by one. */
const most = 300

type DescribedStatement = Omit<ReportedStatement, keyof Place | 'text'> & { readonly span: Span }

/** A described migration whose places are still spans. */
export type Description = Omit<ReportedMigration, 'statements'> & { readonly statements: readonly DescribedStatement[] }

/** What a judged migration does, in words and from the facts. */
export function describeMigration(scene: Scene): Description {
  const { migration, course, up } = scene
  const rollbackOf = rollbacks(scene)
  const numbers = new Map<string, number>()
  const statements: DescribedStatement[] = []
  const kinds = new Set<Rollback['kind']>()
  const groups = byStatement(up.moments)
  for (const moments of groups) {
    const { statement, transaction } = moments[0]!
    const operations = moments
      .filter(({ operation }) => isSaid(operation.kind))
      .map((moment) => describe(moment, rollbackOf(moment), scene))
    for (const { rollback } of operations) kinds.add(rollback.kind)
    if (statements.length >= most) continue
    const number = transaction.open === 'yes' ? numberOf(transaction.key, numbers) : undefined
    statements.push({
      span: statement.span,
      ...(number === undefined ? {} : { transaction: number }),
      operations,
      locks: locksOf(moments, scene).map((lock) => ({ ...lock, until: Math.min(positionOf(lock.until, groups), most - 1) })),
    })
  }
  return {
    id: migration.id,
    file: migration.files[0] ?? migration.up.span.file,
    framework: course.framework.name,
    dialect: course.dialect.name,
    serverVersion: course.version.join('.'),
    statements,
    more: groups.length - statements.length,
    down: downOf(scene),
    rollback: worstOf([...kinds]),
    schema: schemaLines(up.before, up.after),
  }
}

/** What only marks a statement is no operation of its own. */
function isSaid(kind: Moment['operation']['kind']): boolean {
  return kind !== 'interpolate' && kind !== 'unsupported'
}

function byStatement(moments: readonly Moment[]): readonly (readonly Moment[])[] {
  const groups: Moment[][] = []
  for (const moment of moments) {
    const last = groups.at(-1)
    if (last?.[0]?.index === moment.index) last.push(moment)
    else groups.push([moment])
  }
  return groups
}

/** Statements without an operation are not described: an index among all becomes one among those that are. */
function positionOf(index: number, groups: readonly (readonly Moment[])[]): number {
  return groups.findIndex(([moment]) => moment!.index === index)
}

function numberOf(key: string, numbers: Map<string, number>): number {
  const known = numbers.get(key)
  if (known !== undefined) return known
  numbers.set(key, numbers.size + 1)
  return numbers.size
}

function describe({ operation, cost, conflict, before }: Moment, rollback: Rollback, scene: Scene): ReportedOperation {
  const { does, effect } = wordsOf(operation)
  const { position, course } = scene
  const tables = operation.kind === 'createTable' ? [] : tablesOf(operation)
  return {
    kind: operation.kind,
    does,
    effect,
    tables: [...new Set(tablesOf(operation).map(showName))],
    fresh:
      operation.kind === 'createTable' || (tables.length > 0 && tables.every((table) => viewTable(before, table, position, course).fresh)),
    ...(cost.algorithm === undefined ? {} : { algorithm: cost.algorithm }),
    rewrites: cost.rewrites,
    scans: cost.scans,
    ...(cost.because === undefined ? {} : { because: cost.because }),
    cite: cost.cite,
    ...(conflict === undefined ? {} : { conflict }),
    rollback,
  }
}
