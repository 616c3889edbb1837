import type { Session } from '../../engine.ts'

export type Row = Readonly<Record<string, unknown>>

/** The rows of a catalogue query with their columns in lower case: MySQL 8 gives them in capitals. */
export async function rowsOf(session: Session, sql: string): Promise<readonly Row[]> {
  const { rows } = await session.query(sql)
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value])))
}

/** A name in backticks. */
export function quoted(name: unknown): string {
  return `\`${String(name).replaceAll('`', '``')}\``
}
