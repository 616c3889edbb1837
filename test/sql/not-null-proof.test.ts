import { describe, expect, it } from 'vitest'
import { provesNotNull } from '../../src/sql/not-null-proof.ts'

describe('a CHECK', () => {
  it.each([
    ['note IS NOT NULL'],
    ['(note IS NOT NULL)'],
    ['((note) IS NOT NULL)'],
    ['"note" is  not\nnull'],
    ['`note` IS NOT NULL'],
    ['orders.note IS NOT NULL'],
    ['NOT (note IS NULL)'],
    ['id BETWEEN 1 AND 9 AND note IS NOT NULL'],
    ['id > 0 AND note IS NOT NULL'],
    ['(id > 0) AND (note IS NOT NULL AND x = 1)'],
    ['id > 0\nAND\nnote IS NOT NULL'],
    ["x <> ' AND ' AND note IS NOT NULL"],
    ["x <> '(' AND note IS NOT NULL"],
  ])('proves that no note is NULL: %s', (check) => expect(provesNotNull(check, 'note')).toBe(true))

  it.each([
    ['note IS NULL'],
    ['"Note" IS NOT NULL'],
    ['note IS NOT NULL OR id > 0'],
    ['(id > 0) OR (note IS NOT NULL)'],
    ['NOT (note IS NOT NULL)'],
    ['notes IS NOT NULL'],
    ['id IS NOT NULL'],
    ["x = 'a AND note IS NOT NULL AND b'"],
    ['id > 0 OR x = 1 AND note IS NOT NULL'],
    ["note <> ''"],
    [''],
    ['((('],
  ])('proves nothing of it: %s', (check) => expect(provesNotNull(check, 'note')).toBe(false))

  it('is read in one pass, however long', () => {
    const start = performance.now()
    provesNotNull(`${'('.repeat(20_000)}note IS NOT NULL${')'.repeat(20_000)}`, 'note')
    provesNotNull('a = 1 AND '.repeat(20_000), 'note')
    expect(performance.now() - start).toBeLessThan(1000)
  })
})
