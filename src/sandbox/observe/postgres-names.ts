/** Where `n` is a schema of the user. */
export const userSchema = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"

/** How people write the relation `alias` (its schema is `n`): without the schema where it is `public`. */
export function shown(alias: string): string {
  return `CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || ${alias}.relname`
}

/** Where the relation `c` is none of these tables. */
export function notOf(tables: readonly string[]): string {
  if (tables.length === 0) return 'true'
  return `${shown('c')} NOT IN (${tables.map((table) => `'${table.replaceAll("'", "''")}'`).join(', ')})`
}
