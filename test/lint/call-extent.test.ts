import { describe, expect, it } from 'vitest'
import { callEnd } from '../../src/lint/call-extent.ts'

/** What of the text belongs to the call that begins its first line. */
const call = (text: string) => text.slice(0, callEnd(text, 0))

describe('where a call that begins on a line ends', () => {
  it('is behind the text that it is given', () => expect(call('await query(`\n  A (b)\n`)\nmore()')).toBe('await query(`\n  A (b)\n`'))
  it('skips strings, comments and what stands in a template', () => {
    expect(call("q('a)', // )\n  /* ) */ \"\\\")\",\n  `${x ? `)` : ')'}`)\nmore()")).toBe(
      "q('a)', // )\n  /* ) */ \"\\\")\",\n  `${x ? `)` : ')'}`",
    )
  })
  it('is before a call inside the call', () => expect(call('all([\n  a(\n    1)])')).toBe('all([\n  a'))
  it('is before the body of a function', () => {
    expect(call('run(async () => {\n  a()\n})')).toBe('run(async ')
    expect(call('run(x => {\n  a()\n})')).toBe('run(x => ')
    expect(call('if (a) {\n  b\n}')).toBe('if (a')
  })
  it('takes an object that is given', () => expect(call("add('t', {\n  a: 1,\n})\nmore")).toBe("add('t', {\n  a: 1,\n}"))
  it('is the end of the line where nothing is open', () => expect(call('const a = 1\nb()')).toBe('const a = 1'))
  it('is found in time in a text that never closes', () => {
    const started = performance.now()
    callEnd('('.repeat(1_000_000), 0)
    callEnd('q(`'.repeat(1_000_000), 0)
    expect(performance.now() - started).toBeLessThan(500)
  })
})
