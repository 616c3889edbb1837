import { describe, expect, it } from 'vitest'
import { rowColumn } from '../../src/frameworks/row-columns.ts'

const tables = [{ name: 'teams' }]
const of = (sql: string, member: string) => rowColumn(sql, tables, member)

describe('the column behind a member of a row', () => {
  it('is the one of that name, or the one that the query calls so', () => {
    expect(of('SELECT id, name FROM teams', 'name')).toEqual([{ tables, column: 'name' }])
    expect(of('SELECT t.name AS label, id FROM teams t', 'label')).toEqual([{ tables, column: 'name' }])
    expect(of('SELECT "t"."ownerId" as "owner" FROM teams t', 'owner')).toEqual([{ tables, column: 'ownerId' }])
    expect(of('SELECT max(t.id) AS last FROM teams t', 'last')).toEqual([{ tables, column: 'id' }])
    expect(rowColumn(undefined, tables, 'id')).toEqual([{ tables, column: 'id' }])
  })
  it('is a number where the query counts', () => {
    expect(of('SELECT count(*) FROM teams', 'count')).toBe('harmless')
    expect(of('SELECT COUNT(DISTINCT t.id) AS total FROM teams t', 'total')).toBe('harmless')
    expect(of('SELECT size::int AS size FROM teams', 'size')).toBe('harmless')
  })
  it('is a number, a time or a uuid where the query computes', () => {
    expect(of('SELECT COALESCE(MAX(id), 0) + 1 AS next FROM teams', 'next')).toEqual([{ tables, column: 'id' }])
    expect(of('SELECT id, ROW_NUMBER() OVER (PARTITION BY name ORDER BY id) AS place FROM teams', 'place')).toBe('harmless')
    expect(of("SELECT nextval('teams_id_seq') AS id", 'id')).toBe('harmless')
    expect(of('SELECT name, extract(epoch from now()) AS at, EXISTS (SELECT 1 FROM users) AS used FROM teams', 'at')).toBe('harmless')
    expect(of('SELECT EXISTS (SELECT 1 FROM users) AS used, name FROM teams', 'used')).toBe('harmless')
    expect(of('SELECT lower(name)::uuid AS code, (a + b)::int AS sum FROM teams', 'sum')).toBe('harmless')
    expect(of('INSERT INTO teams (name) VALUES (1) RETURNING id AS made', 'made')).toEqual([{ tables, column: 'id' }])
  })
  it('is what an expression without a name is called by', () => {
    expect(of('SELECT COUNT(*) FROM teams', 'COUNT(*)')).toBe('harmless')
    expect(of('SELECT MAX(name) FROM teams', 'MAX(name)')).toEqual([{ tables, column: 'name' }])
    expect(of('SELECT max(name) FROM teams', 'max')).toEqual([{ tables, column: 'name' }])
    expect(of('SELECT id, max(size) FROM teams', 'max')).toEqual([{ tables, column: 'size' }])
  })
  it('is not known of other expressions', () => {
    expect(of("SELECT coalesce(name, 'O''Brien') AS label FROM teams", 'label')).toBeUndefined()
    expect(of('SELECT (SELECT name FROM users) AS label FROM teams', 'label')).toBeUndefined()
    expect(of('SELECT name::text AS label, 1::int + name::text AS other FROM teams', 'label')).toBeUndefined()
    expect(of('SELECT CASE WHEN id > 1 THEN name ELSE 1 END AS label FROM teams', 'label')).toBeUndefined()
    expect(of('SELECT * FROM teams', '0')).toBeUndefined()
    expect(of("SELECT name || '!' AS shout FROM teams", 'shout')).toBeUndefined()
    expect(of('SELECT lower(name) AS slug FROM teams', 'slug')).toBeUndefined()
  })
})
