import { describe, expect, it } from 'vitest'
import { containsHole, joinPieces, locate, showHoles, sliceTraced, tracedText } from '../../src/source/traced.ts'

const piece = (text: string, start: number, verbatim = true) => ({
  text,
  span: { file: 'a.ts', start, end: start + text.length },
  verbatim,
})

describe('a traced text', () => {
  it('points into the file that it came from', () => {
    expect(locate(tracedText('SELECT 1', 'a.sql', 10), 7, 8)).toEqual({ file: 'a.sql', start: 17, end: 18 })
  })

  it('points at the user’s character across pieces', () => {
    const traced = joinPieces([piece('ALTER TABLE ', 100), piece('orders', 20), piece(' DROP COLUMN note', 120)])
    expect(traced.text).toBe('ALTER TABLE orders DROP COLUMN note')
    expect(locate(traced, 12, 18)).toEqual({ file: 'a.ts', start: 20, end: 26 })
    expect(locate(traced, 19, 23)).toEqual({ file: 'a.ts', start: 121, end: 125 })
  })

  it('stays at the template when a constant from above is pasted into it', () => {
    const traced = joinPieces([piece('ALTER TABLE ', 100), piece('orders', 20), piece(' DROP COLUMN note', 120)])
    expect(locate(traced, 0, traced.text.length)).toEqual({ file: 'a.ts', start: 100, end: 137 })
  })

  it('gives a hole a token that reads as an identifier, and shows it as written', () => {
    const hole = { reason: 'row' as const, expression: 'user.id', escaped: false }
    const traced = joinPieces([piece('WHERE id = ', 0), { text: '', span: { file: 'a.ts', start: 13, end: 20 }, verbatim: false, hole }])
    expect(traced.text).toMatch(/^WHERE id = \w+$/)
    expect(containsHole(traced.text)).toBe(true)
    expect(showHoles(traced.text, traced)).toBe('WHERE id = ${user.id}')
    expect(locate(traced, 11, traced.text.length)).toEqual({ file: 'a.ts', start: 13, end: 20 })
  })

  it('keeps its places when it is cut', () => {
    const traced = joinPieces([piece('ALTER TABLE ', 100), piece('orders', 20)])
    const cut = sliceTraced(traced, 6, 15)
    expect(cut.text).toBe('TABLE ord')
    expect(locate(cut, 6, 9)).toEqual({ file: 'a.ts', start: 20, end: 23 })
  })

  it('of many pieces is cut and located as one of few is', () => {
    const pieces = Array.from({ length: 30 }, (_, at) => ({
      text: 'abc'.slice(0, 1 + (at % 3)),
      span: { file: 'f', start: at * 10, end: at * 10 + 1 + (at % 3) },
      verbatim: true,
    }))
    const whole = joinPieces(pieces)
    const owner = pieces.flatMap(({ text, span }) => [...text].map((_, at) => span.start + at))
    for (let start = 0; start < whole.text.length; start++) {
      for (let end = start + 1; end <= whole.text.length; end++) {
        expect(locate(whole, start, end)).toEqual({ file: 'f', start: owner[start], end: owner[end - 1]! + 1 })
        expect(sliceTraced(whole, start, end).text).toBe(whole.text.slice(start, end))
      }
    }
  })
})
