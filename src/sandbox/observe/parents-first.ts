import type { SeedTable } from '../catalog.ts'

/** Tables in an order in which each stands after those that its foreign keys name. Tables that name each other in a ring keep the order that they came in. */
export function parentsFirst(tables: readonly SeedTable[]): readonly SeedTable[] {
  const byName = new Map(tables.map((table) => [table.name, table]))
  const ordered = new Set<SeedTable>()
  const entered = new Set<SeedTable>()
  for (const root of tables) {
    // A stack of our own: a chain of thousands of tables is no reason to overflow the other one.
    const stack = [root]
    while (stack.length > 0) {
      const table = stack.at(-1)!
      const next = entered.has(table)
        ? undefined
        : table.foreignKeys.map(({ target }) => byName.get(target)).filter((target) => target !== undefined && !entered.has(target))
      entered.add(table)
      if (next !== undefined && next.length > 0) stack.push(...(next as SeedTable[]))
      else {
        ordered.add(table)
        stack.pop()
      }
    }
  }
  return [...ordered]
}
