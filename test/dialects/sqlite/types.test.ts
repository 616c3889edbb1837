import { describe, expect, it } from 'vitest'
import { affinityOf, missingType, parseType, strictRefuses } from '../../../src/dialects/sqlite/types.ts'
import { emptySchema } from '../../../src/schema/edit.ts'

const nothing = emptySchema({ defaultSchema: 'main', fold: (name) => name.toLowerCase() })
const missing = (text: string) => missingType(parseType(text), nothing, [3, 53])

describe('SQLite types', () => {
  it('any words are a type', () => {
    for (const text of ['jsonb', 'timestamp with time zone', 'UNSIGNED BIG INT', 'text[]', 'uuid', 'varchar(255)', 'numeric(10,2)', 'mood'])
      expect(missing(text)).toBeUndefined()
  })

  it('labels and MAX in parentheses are syntax errors', () => {
    expect(missing("enum('a','b')")).toBe('ENUM(…) is a MySQL type and a syntax error in SQLite')
    expect(missing('nvarchar(max)')).toContain('syntax error in SQLite')
    expect(missing('decimal(1,2,3)')).toContain('syntax error in SQLite')
  })

  it('the name keeps every word, in lower case', () => {
    expect(parseType('Double  Precision')).toMatchObject({ name: 'double precision', args: [] })
    expect(parseType('NUMERIC(10, 2)')).toMatchObject({ name: 'numeric', args: ['10', '2'] })
    expect(parseType('')).toMatchObject({ name: '', text: '' })
    expect(() => parseType("x('")).not.toThrow()
  })

  it('affinity follows the five rules in their order', () => {
    expect(affinityOf(parseType('CHARINT'))).toBe('integer')
    expect(affinityOf(parseType('varchar(10)'))).toBe('text')
    expect(affinityOf(parseType('BLOB'))).toBe('blob')
    expect(affinityOf(undefined)).toBe('blob')
    expect(affinityOf(parseType('double precision'))).toBe('real')
    expect(affinityOf(parseType('floating point'))).toBe('integer')
    expect(affinityOf(parseType('boolean'))).toBe('numeric')
  })

  it('a STRICT table takes six types only', () => {
    expect(strictRefuses(parseType('INTEGER'))).toBeUndefined()
    expect(strictRefuses(parseType('any'))).toBeUndefined()
    expect(strictRefuses(parseType('varchar(10)'))).toContain('STRICT')
    expect(strictRefuses(undefined)).toContain('needs a type')
  })
})
