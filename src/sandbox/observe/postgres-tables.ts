import type { SeedColumn, SeedTable } from '../catalog.ts'
import type { Session } from '../engine.ts'
import { parentsFirst } from './parents-first.ts'
import { notOf, shown, userSchema } from './postgres-names.ts'

/** The names of the columns with these numbers, as a JSON array in their order. */
const names = (numbers: string, table: string) =>
  `(SELECT json_agg(a.attname ORDER BY u.place) FROM unnest(${numbers}) WITH ORDINALITY AS u (number, place) JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = u.number)`

// A domain's base type, its labels and its conditions are those of the column. `nextval` in a default is a value that the server makes, as an identity is.
const columns = `
  (SELECT json_agg(json_build_object(
      'name', a.attname, 'type', format_type(b.oid, CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END),
      'nullable', NOT a.attnotnull AND NOT t.typnotnull, 'hasDefault', a.atthasdef OR t.typdefault IS NOT NULL,
      'made', CASE WHEN a.attgenerated <> '' THEN 'generated' WHEN a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%' THEN 'identity' END,
      'labels', (SELECT json_agg(l.enumlabel ORDER BY l.enumsortorder) FROM pg_enum l WHERE l.enumtypid = b.oid),
      'length', CASE WHEN b.typname IN ('varchar', 'bpchar') AND m.typmod > 4 THEN m.typmod - 4 END
    ) ORDER BY a.attnum)
   FROM pg_attribute a
   JOIN pg_type t ON t.oid = a.atttypid
   JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
   CROSS JOIN LATERAL (SELECT CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END AS typmod) m
   LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)`

// An index on expressions must be unique in the columns that the expressions read.
const unique = `
  (SELECT json_agg(columns) FROM (
     SELECT (SELECT json_agg(DISTINCT a.attname) FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND (a.attnum = ANY (i.indkey::int2[]) OR (0 = ANY (i.indkey::int2[]) AND EXISTS (
               SELECT 1 FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = i.indexrelid AND e.refobjid = c.oid AND e.refobjsubid = a.attnum)))) AS columns
     FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND NOT i.indisprimary ORDER BY i.indexrelid) AS found)`

const checks = `
  (SELECT json_agg(condition) FROM (
     SELECT pg_get_expr(k.conbin, k.conrelid) AS condition FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c'
     UNION ALL
     SELECT regexp_replace(substring(pg_get_constraintdef(k.oid) from 'CHECK (.*)'), '\\mVALUE\\M', quote_ident(a.attname), 'g') FROM pg_attribute a JOIN pg_constraint k ON k.contypid = a.atttypid
     WHERE a.attrelid = c.oid AND k.contype = 'c' AND NOT a.attisdropped) AS found)`

const foreignKeys = `
  (SELECT json_agg(json_build_object('name', k.conname, 'columns', ${names('k.conkey', 'c.oid')}, 'targetColumns', ${names('k.confkey', 'k.confrelid')},
      'target', (SELECT CASE n2.nspname WHEN 'public' THEN '' ELSE n2.nspname || '.' END || c2.relname FROM pg_class c2 JOIN pg_namespace n2 ON n2.oid = c2.relnamespace WHERE c2.oid = k.confrelid)
    ) ORDER BY k.conname)
   FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.conparentid = 0)`

/** The tables as a seeder needs them, parents before children; partitions are filled through the table that they are part of. */
export async function postgresSeedTables(session: Session, ignore: readonly string[]): Promise<readonly SeedTable[]> {
  const { rows } = await session.query(`
    SELECT ${shown('c')} AS name, CASE n.nspname WHEN 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname) AS sql,
      ${columns}::text AS columns, ${unique}::text AS "unique", ${checks}::text AS checks, ${foreignKeys}::text AS keys,
      (SELECT ${names('i.indkey::int2[]', 'c.oid')} FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)::text AS key,
      EXISTS (SELECT 1 FROM pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgtype & 4 <> 0) AS triggers
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${userSchema} AND ${notOf(ignore)}
      AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
    ORDER BY 1`)
  return parentsFirst(
    rows.map((row): SeedTable => {
      const table = String(row.name)
      return {
        sql: String(row.sql),
        name: table,
        columns: (read(row.columns) as Written[]).map(
          ({ made, labels, length, ...rest }): SeedColumn => ({
            ...rest,
            made: made ?? undefined,
            labels: labels ?? undefined,
            length: length ?? undefined,
          }),
        ),
        primaryKey: read(row.key) as string[],
        unique: read(row.unique) as string[][],
        foreignKeys: read(row.keys) as SeedTable['foreignKeys'],
        checks: (read(row.checks) as (string | null)[]).filter((check) => check !== null),
        triggers: row.triggers === true || row.triggers === 't',
      }
    }),
  )
}

/** A column as PostgreSQL's JSON has it: absence is null there. */
type Written = {
  readonly [Key in keyof SeedColumn]: Key extends 'made' | 'labels' | 'length' ? NonNullable<SeedColumn[Key]> | null : SeedColumn[Key]
}

/** The query's own JSON: a list, or nothing. */
function read(json: unknown): readonly unknown[] {
  return json === null || json === undefined ? [] : (JSON.parse(String(json)) as unknown[])
}
