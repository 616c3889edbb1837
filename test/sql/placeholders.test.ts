import fc from 'fast-check'
import { expect, test } from 'vitest'
import { replacePlaceholders } from '../../src/sql/placeholders.ts'
import { syntaxOf } from '../../src/sql/syntax.ts'

const replace = (text: string) => replacePlaceholders(text, syntaxOf('postgres')).text

test('named and positional placeholders become operands of the same length', () => {
  expect(replace('UPDATE t SET a = :name WHERE id = :id AND b IN (?, ?) LIMIT ?')).toBe(
    'UPDATE t SET a = $1    WHERE id = $2  AND b IN (0, 0) LIMIT 0',
  )
})

test.each([
  "SELECT a::int, '12:30', ':x', \"a:b\" -- :c ?\n",
  "SELECT data ? 'key', data ?| array['a'], data ?& array['b'], (a) ? 'b'",
  'SELECT x[1:n], x[a:b] FROM t',
  'SELECT a := 1, $1, $$ :x ? $$',
  "SELECT E'\\':x'",
])('%s holds no placeholder', (text) => {
  expect(replace(text)).toBe(text)
})

test('the length of any text stays', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(':a', '?', ' ', "'", '(', ')', '[', ']', 'x', '::', '1', '$$', '--', '\n', ':abc1'), { maxLength: 30 }),
      (parts) => {
        const text = parts.join('')
        const replaced = replacePlaceholders(text, syntaxOf('postgres'))
        expect(replaced.text.length).toBe(text.length)
        for (const { start, end, name } of replaced.placeholders) expect(text.slice(start, end)).toBe(name === '?' ? '?' : `:${name}`)
      },
    ),
  )
})
