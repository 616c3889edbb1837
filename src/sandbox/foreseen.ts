import type { Constraint } from '../ir/column.ts'
import type { Operation } from '../ir/operation.ts'
import { operationsOf } from '../ir/visit.ts'
import type { ReadHistory } from '../pipeline/check.ts'
import { withParser } from '../pipeline/engines.ts'
import { nameHere, type SeedTable } from './catalog.ts'
import { extensionsUsed } from './extensions.ts'
import { parentsFirst } from './observe/parents-first.ts'
import { Roles } from './roles.ts'

/**
 * What a history asks of rows sooner or later. Whoever writes NOT NULL, UNIQUE or a foreign key has rows that stand it, so plausible rows stand it from the start;
 * rows that do not are planted on purpose.
 */
export interface Foreseen {
  /** Extensions that are created, which some engines must know before they begin. */
  readonly extensions: readonly string[]
  /** Those that are used and created nowhere: somebody created them by hand. */
  readonly taken: readonly string[]
  /** PostgreSQL: roles that are named and surely created nowhere. */
  readonly roles: readonly string[]
  /** How many tables are created. */
  readonly tables: number
  /** Tables that get rows with values that are written out, keys among them. */
  readonly given: ReadonlySet<string>
  /** Columns (`orders.status`) that get NOT NULL. */
  readonly filled: ReadonlySet<string>
  /** Columns (`orders.status`) from which others of their table are filled, with the names of those. */
  readonly copied: ReadonlyMap<string, readonly string[]>
  readonly unique: readonly { readonly table: string; readonly columns: readonly string[] }[]
  readonly checks: readonly { readonly table: string; readonly condition: string }[]
  readonly foreignKeys: readonly {
    readonly table: string
    readonly columns: readonly string[]
    readonly target: string
    /** Empty: the primary key. */
    readonly targetColumns: readonly string[]
  }[]
}

/** Reads every migration of a history for what it asks of rows. */
export async function foreseenIn({ framework, history, project, load }: ReadHistory): Promise<Foreseen> {
  const extensions = new Set<string>()
  const found = {
    given: new Set<string>(),
    filled: new Set<string>(),
    copied: new Map<string, string[]>(),
    unique: [],
    checks: [],
    foreignKeys: [],
  } as {
    given: Set<string>
    filled: Set<string>
    copied: Map<string, string[]>
    unique: Foreseen['unique'][number][]
    checks: Foreseen['checks'][number][]
    foreignKeys: Foreseen['foreignKeys'][number][]
  }
  const texts: string[] = []
  const roles = new Roles()
  let tables = 0
  for (const entry of history.entries) {
    for (const path of [entry.path, entry.downPath, ...(entry.reads ?? [])]) {
      const file = path === undefined ? undefined : project.read(path)
      if (file && 'text' in file) texts.push(file.text)
    }
    const migration = await withParser(load.dialect, () => framework.load(entry, project, load))
    for (const { operation } of operationsOf(migration.up)) {
      if (operation.kind === 'createExtension') extensions.add(operation.name)
      if (operation.kind === 'createTable') tables++
      roles.note(operation)
      note(operation)
    }
  }
  const used = load.dialect.name === 'postgres' ? extensionsUsed(texts, load.version) : []
  return {
    ...found,
    tables,
    extensions: [...extensions].sort(),
    taken: used.filter((name) => !extensions.has(name)),
    roles: load.dialect.name === 'postgres' ? roles.missing() : [],
  }

  function note(operation: Operation): void {
    switch (operation.kind) {
      case 'insert':
        if (operation.source === 'values') found.given.add(nameHere(operation.table))
        return
      case 'update':
        for (const { column, columns } of operation.set) {
          for (const source of columns) {
            const name = `${nameHere(operation.table)}.${source}`
            if (source !== column) found.copied.set(name, [...(found.copied.get(name) ?? []), column])
          }
        }
        return
      case 'setNotNull':
        found.filled.add(`${nameHere(operation.table)}.${operation.column}`)
        return
      case 'modifyColumn':
        if (!operation.to.nullable) found.filled.add(`${nameHere(operation.table)}.${operation.column}`)
        return
      case 'createIndex': {
        const columns = operation.keys.flatMap(({ column }) => column ?? [])
        if (operation.unique && columns.length === operation.keys.length) found.unique.push({ table: nameHere(operation.table), columns })
        return
      }
      case 'addConstraint':
        asked(nameHere(operation.table), operation.constraint)
        return
      default:
    }
  }

  function asked(table: string, { kind, columns, references, expression }: Constraint): void {
    if ((kind === 'unique' || kind === 'primaryKey') && columns.length > 0) found.unique.push({ table, columns })
    if (kind === 'primaryKey') for (const column of columns) found.filled.add(`${table}.${column}`)
    if (kind === 'check' && expression) found.checks.push({ table, condition: expression.sql })
    if (kind === 'foreignKey' && references)
      found.foreignKeys.push({ table, columns, target: nameHere(references.table), targetColumns: references.columns })
  }
}

/** The tables with what will be asked of their rows, as far as its columns are there already; parents before those that point at them. */
export function foresee(tables: readonly SeedTable[], { unique, checks, foreignKeys }: Foreseen): readonly SeedTable[] {
  const byName = new Map(tables.map((table) => [table.name, table]))
  const has = (table: SeedTable, columns: readonly string[]) => columns.every((column) => table.columns.some(({ name }) => name === column))
  const asked = tables.map((table) => {
    const keys = foreignKeys.flatMap(({ columns, target, targetColumns, ...key }) => {
      const parent = key.table === table.name ? byName.get(target) : undefined
      const pointedAt = targetColumns.length > 0 ? targetColumns : (parent?.primaryKey ?? [])
      const known = parent && has(table, columns) && has(parent, pointedAt) && pointedAt.length === columns.length
      const there = table.foreignKeys.some((own) => own.columns.join() === columns.join())
      return known && !there ? [{ name: `to ${target}`, columns, target, targetColumns: pointedAt }] : []
    })
    const own = unique.filter((one) => one.table === table.name && has(table, one.columns)).map(({ columns }) => columns)
    const conditions = checks.filter((check) => check.table === table.name).map(({ condition }) => condition)
    return {
      ...table,
      foreignKeys: [...table.foreignKeys, ...keys],
      unique: [...table.unique, ...own],
      checks: [...table.checks, ...conditions],
    }
  })
  return parentsFirst(asked)
}
