import type { Dialect } from '../../src/dialects/dialect.ts'
import type { Script } from '../../src/ir/migration.ts'
import type { DialectName } from '../../src/ir/names.ts'
import type { Operation } from '../../src/ir/operation.ts'
import { loadParser } from '../../src/javascript/parse.ts'

/** The rooms of the engines, by name, each with its parser loaded. */
export async function engines(): Promise<Readonly<Record<DialectName, Dialect>>> {
  const [{ postgres }, { mysql }, { mariadb }, { sqlite }] = await Promise.all([
    import('../../src/dialects/postgres/index.ts'),
    import('../../src/dialects/mysql/index.ts'),
    import('../../src/dialects/mysql/mariadb.ts'),
    import('../../src/dialects/sqlite/index.ts'),
  ])
  const all = { postgres, mysql, mariadb, sqlite }
  await Promise.all([...Object.values(all).map((dialect) => dialect.ready()), loadParser()])
  return all
}

export function operationsIn(script: Script | undefined): readonly Operation[] {
  return (script?.statements ?? []).flatMap((statement) => statement.operations)
}
