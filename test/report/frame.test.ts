import { describe, expect, it } from 'vitest'
import { clean, frame } from '../../src/report/frame.ts'
import { noPaint } from '../../src/report/paint.ts'
import { LineIndex } from '../../src/source/line-index.ts'

/** The frame of the text between « and ». */
function framed(marked: string): string[] {
  const start = marked.indexOf('«')
  const end = marked.indexOf('»') - 1
  const text = marked.replace('«', '').replace('»', '')
  const index = new LineIndex(text)
  const from = index.at(start)
  const to = index.at(end)
  return frame(index, { file: 'x', line: from.line, column: from.column, endLine: to.line, endColumn: to.column }, noPaint)
}

describe('a code frame', () => {
  it('underlines the words that the finding is about', () =>
    expect(framed('SELECT 1;\nDROP TABLE «orders»;\n')).toEqual([
      '2 │ DROP TABLE orders;', //
      '  │            ~~~~~~',
    ]))

  it('keeps tabs, so that the squiggle stands under its words however wide they are', () =>
    expect(framed('\t\tDROP\tTABLE «orders»;')).toEqual([
      '1 │ \t\tDROP\tTABLE orders;', //
      '  │ \t\t    \t      ~~~~~~',
    ]))

  it('counts what a terminal shows: wide characters are two cells, combined ones none', () => {
    expect(framed("-- '日本' «DROP» x")).toEqual([
      "1 │ -- '日本' DROP x", //
      '  │           ~~~~',
    ])
    expect(framed("-- '😀' «DROP» x")).toEqual([
      "1 │ -- '😀' DROP x", //
      '  │         ~~~~',
    ])
    expect(framed('-- e\u0301 «DROP» x')).toEqual([
      '1 │ -- e\u0301 DROP x', //
      '  │      ~~~~',
    ])
    expect(framed('DROP TABLE «日本»;')).toEqual([
      '1 │ DROP TABLE 日本;', //
      '  │            ~~~~',
    ])
  })

  it('shows no carriage return of Windows line ends', () =>
    expect(framed('a\r\nDROP «b»;\r\nc')).toEqual([
      '2 │ DROP b;', //
      '  │      ~',
    ]))

  it('shows the first three of many lines, and says how many more', () =>
    expect(framed('«ALTER TABLE t\n  ADD a int,\n  ADD b int,\n  ADD c int,\n  ADD d int»;')).toEqual([
      '1 │ ALTER TABLE t',
      '  │ ~~~~~~~~~~~~~',
      '2 │   ADD a int,',
      '  │   ~~~~~~~~~~',
      '3 │   ADD b int,',
      '  │   ~~~~~~~~~~',
      '  │ … 2 more lines',
    ]))

  it('aligns line numbers', () => {
    const rows = framed(`${'\n'.repeat(98)}«a\nb»`)
    expect(rows).toEqual([' 99 │ a', '    │ ~', '100 │ b', '    │ ~'])
  })

  it('cuts a very long line around what it is about', () => {
    const rows = framed(`INSERT INTO t VALUES (${'1, '.repeat(100_000)}«oops»${', 1'.repeat(100_000)});`)
    expect(rows).toHaveLength(2)
    expect(rows[0]!.length).toBeLessThan(200)
    expect(rows[0]).toContain('oops')
    const at = rows[0]!.indexOf('oops')
    expect(rows[1]!.slice(at, at + 4)).toBe('~~~~')
    expect(rows[1]!.trimEnd()).toHaveLength(at + 4)
  })

  it('never cuts a character in two', () => {
    const rows = framed(`${'😀'.repeat(500)}«x»${'😀'.repeat(500)}`)
    expect(Buffer.from(rows[0]!).toString()).toBe(rows[0])
  })

  it('a place at the very end of a text has one mark', () =>
    expect(framed('DROP TABLE a«»')).toEqual([
      '1 │ DROP TABLE a', //
      '  │             ~',
    ]))

  it('a place outside the text does not throw', () =>
    expect(() => frame(new LineIndex('a'), { file: 'x', line: 7, column: 9, endLine: 9, endColumn: 1 }, noPaint)).not.toThrow())
})

describe('text of users', () => {
  it('cannot steer the terminal', () => expect(clean('a\u001b[31mb\u0007\u009bc\td')).toBe('a�[31mb��c\td'))
  it('cannot turn the direction of the line around', () => expect(clean('a\u202eb\u2066c\u2069')).toBe('a�b�c�'))
})
