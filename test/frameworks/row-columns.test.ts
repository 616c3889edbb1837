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
  it('is not known of other expressions', () => {
    expect(of("SELECT name || '!' AS shout FROM teams", 'shout')).toBeUndefined()
    expect(of('SELECT lower(name) AS slug FROM teams', 'slug')).toBeUndefined()
  })
})
