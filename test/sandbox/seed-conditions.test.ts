import { describe, expect, it } from 'vitest'
import { readCondition } from '../../src/sandbox/seed/conditions.ts'

const price = { kind: 'column', column: 'price' }
const zero = { kind: 'literal', sql: '0', number: 0 }
const positive = { kind: 'compare', left: price, operator: '>', right: zero }

describe('a CHECK is read', () => {
  it.each([
    ['postgres', '(price > (0)::numeric)'],
    ['postgres', '((price)::double precision > 0)'],
    ['mysql', '(`price` > 0)'],
    ['mariadb', '`price` > 0'],
    ['sqlite', 'price > 0'],
    ['sqlite', '"price" > 0'],
  ] as const)('%s: %s', (dialect, sql) => {
    expect(readCondition(sql, dialect)).toEqual(positive)
  })

  it('as a list of values', () => {
    const list = { kind: 'in', column: 'status', values: ["'new'", "'paid'"] }
    expect(
      readCondition("((status)::text = ANY ((ARRAY['new'::character varying, 'paid'::character varying])::text[]))", 'postgres'),
    ).toEqual(list)
    expect(readCondition("(status = ANY (ARRAY['new'::text, 'paid'::text]))", 'postgres')).toEqual(list)
    expect(readCondition("(`status` in (_utf8mb4'new',_utf8mb4'paid'))", 'mysql')).toEqual(list)
    expect(readCondition("status IN ('new', 'paid')", 'sqlite')).toEqual(list)
  })

  it('as two bounds', () => {
    const bounds = {
      kind: 'all',
      conditions: [
        { kind: 'compare', left: price, operator: '>=', right: { kind: 'literal', sql: '1', number: 1 } },
        { kind: 'compare', left: price, operator: '<=', right: { kind: 'literal', sql: '-5', number: -5 } },
      ],
    }
    expect(readCondition('((price >= 1) AND (price <= -5))', 'postgres')).toEqual(bounds)
    expect(readCondition('(`price` between 1 and -5)', 'mysql')).toEqual(bounds)
  })

  it('as lengths, NULLs and ways', () => {
    expect(readCondition('(char_length((name)::text) >= 3)', 'postgres')).toMatchObject({
      left: { kind: 'length', column: 'name' },
      operator: '>=',
    })
    expect(readCondition('((price IS NULL) OR (price > (0)::numeric))', 'postgres')).toEqual({
      kind: 'any',
      conditions: [{ kind: 'null', column: 'price', is: true }, positive],
    })
    expect(readCondition('(ends_at > starts_at)', 'postgres')).toMatchObject({
      left: { column: 'ends_at' },
      right: { column: 'starts_at' },
    })
  })

  it.each([
    "(name ~ '^a+$'::text)",
    '((a + b) > 3)',
    '(NOT active)',
    "(status <> ALL (ARRAY['a', 'b']))",
    '((',
    ')',
    '',
    'a > 1 b',
    '(now() > x)',
  ])('as unknown, or not at all: %s', (sql) => {
    expect(JSON.stringify(readCondition(sql, 'postgres'))).toContain('unknown')
  })

  it('however deep it is nested', () => {
    expect(readCondition(`${'('.repeat(5000)}price > 0${')'.repeat(5000)}`, 'postgres')).toBeDefined()
  })
})
