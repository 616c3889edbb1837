import type { Migration, Script, Statement } from './migration.ts'
import type { Name } from './names.ts'
import type { Operation } from './operation.ts'

/** Every operation of a script in execution order, with its statement. */
export function* operationsOf(script: Script): Generator<{ readonly statement: Statement; readonly operation: Operation }> {
  for (const statement of script.statements) for (const operation of statement.operations) yield { statement, operation }
}

/** The scripts of a migration with their direction. */
export function scriptsOf(migration: Migration): readonly { readonly direction: 'up' | 'down'; readonly script: Script }[] {
  const scripts: { direction: 'up' | 'down'; script: Script }[] = [{ direction: 'up', script: migration.up }]
  if (migration.down) scripts.push({ direction: 'down', script: migration.down })
  return scripts
}

/** The table that an operation acts on; undefined when it acts on none or on several. */
export function tableOf(operation: Operation): Name | undefined {
  if ('table' in operation) return operation.table
  if ('tables' in operation && operation.tables?.length === 1) return operation.tables[0]
  return undefined
}
