import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits, overlaps } from '../../src/source/text-edit.ts'

const edit = (start: number, end: number, text: string) => ({ file: 'a.sql', start, end, text })

describe('edits of a text', () => {
  it('replace, insert and delete, in whatever order they are given', () => {
    expect(applyEdits('CREATE INDEX a;', [edit(14, 15, ' ;'), edit(12, 12, ' CONCURRENTLY'), edit(0, 6, 'create')])).toBe(
      'create INDEX CONCURRENTLY a ;',
    )
    expect(applyEdits('abc', [])).toBe('abc')
  })

  it('refuse to overlap, and to lie outside the text', () => {
    expect(() => applyEdits('abcdef', [edit(0, 3, ''), edit(2, 4, '')])).toThrow(RangeError)
    expect(() => applyEdits('abcdef', [edit(2, 2, 'x'), edit(2, 2, 'y')])).toThrow(RangeError)
    expect(() => applyEdits('abc', [edit(1, 4, '')])).toThrow(RangeError)
    expect(overlaps(edit(0, 3, ''), edit(3, 4, ''))).toBe(false)
    expect(overlaps(edit(0, 3, ''), { ...edit(1, 2, ''), file: 'b.sql' })).toBe(false)
  })

  it('leave all that they do not name as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string(), fc.string())), (parts) => {
        let text = ''
        const edits = parts.map(([kept, old, made]) => {
          const start = text.length + kept.length + 1
          text += `${kept}|${old}|`
          return edit(start, start + old.length, made)
        })
        expect(applyEdits(text, edits)).toBe(parts.map(([kept, , made]) => `${kept}|${made}|`).join(''))
      }),
    )
  })
})
