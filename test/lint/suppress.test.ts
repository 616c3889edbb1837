import { describe, expect, it } from 'vitest'
import type { Judged } from '../../src/lint/judged.ts'
import { Suppressions } from '../../src/lint/suppress.ts'

const known = new Set(['rename-column', 'missing-down', 'row-loss'])
const terms = { today: '2027-01-31', requireReason: false }
const all = new Set([...known, 'off-rule'])

/** A finding of a rule at the first place of a text; its statement is the line, or begins where `statement` stands. */
function findingAt(text: string, needle: string, rule = 'rename-column', statement = needle, file = 'm.sql'): Judged {
  const start = text.indexOf(needle)
  const from = text.indexOf(statement)
  const span = { file, start, end: start + needle.length }
  return {
    rule,
    severity: 'error',
    message: '',
    help: '',
    span,
    migration: 'm',
    direction: 'up',
    evidence: 'read',
    related: [],
    statement: { file, start: from, end: span.end },
  }
}

const covers = (text: string, needle: string, rule?: string, statement?: string) =>
  new Suppressions(text, 'm.sql', terms).answer(findingAt(text, needle, rule, statement))?.kind === 'inline'

describe('a suppression', () => {
  it.each([
    ['the next line', '-- surefoot-disable-next-line rename-column\nHERE'],
    ['its own line', 'HERE -- surefoot-disable-line rename-column'],
    ['the file, wherever it stands', 'HERE\n\n-- surefoot-disable-file rename-column'],
    ['what follows', '-- surefoot-disable rename-column\n\n\nHERE'],
    ['every rule when it names none', '-- surefoot-disable-next-line\nHERE'],
    ['each of the rules that it names', '-- surefoot-disable-next-line missing-down, rename-column -- it is new\nHERE'],
    ['in a block comment', '/* surefoot-disable-next-line rename-column */\nHERE'],
    ['in a comment of JavaScript', '// surefoot-disable-next-line rename-column\nHERE'],
    ['in a comment of MySQL', '# surefoot-disable-next-line rename-column\nHERE'],
    ['with lines that end in CR LF', '-- surefoot-disable-next-line rename-column\r\nHERE'],
    ['the rules that were not enabled again', '-- surefoot-disable rename-column, row-loss\n-- surefoot-enable row-loss\nHERE'],
  ])('covers %s', (_, text) => expect(covers(text, 'HERE')).toBe(true))

  it.each([
    ['another rule', '-- surefoot-disable-next-line missing-down\nHERE'],
    ['a rule that only its reason names', '-- surefoot-disable-next-line missing-down -- not rename-column\nHERE'],
    ['the line after the next', '-- surefoot-disable-next-line rename-column\n\nHERE'],
    ['what stands before it', 'HERE\n-- surefoot-disable rename-column'],
    ['what stands after the end of its block', '-- surefoot-disable rename-column\n-- surefoot-enable\nHERE'],
    ['a rule that was enabled again', '-- surefoot-disable rename-column, row-loss\n-- surefoot-enable rename-column\nHERE'],
    ['anything by a word in a string', "SELECT 'surefoot-disable-file';\nHERE"],
  ])('does not cover %s', (_, text) => expect(covers(text, 'HERE')).toBe(false))

  it('covers a statement that begins on its line, wherever in it the finding points', () => {
    const text = '-- surefoot-disable-next-line\nALTER TABLE t\n  ADD COLUMN a int,\n  DROP COLUMN b;'
    expect(covers(text, 'DROP COLUMN b', 'rename-column', 'ALTER TABLE')).toBe(true)
  })
})

describe('a suppression that is not needed', () => {
  const unused = (text: string, used: readonly Judged[] = []) => {
    const suppressions = new Suppressions(text, 'm.sql', terms)
    for (const finding of used) suppressions.answer(finding)
    return suppressions.unused('m', known, all).map(({ message }) => message)
  }

  it('is said, rule by rule', () => {
    const text = '-- surefoot-disable-next-line rename-column, missing-down\nHERE'
    expect(unused(text, [findingAt(text, 'HERE')])).toEqual([
      'This suppression of missing-down suppresses nothing: the rule does not speak here.',
    ])
  })

  it('is said of one that names no rule', () => {
    expect(unused('-- surefoot-disable-next-line\nHERE')).toEqual(['This suppression suppresses nothing: no rule speaks here.'])
  })

  it('is said of a rule that does not exist', () => {
    expect(unused('-- surefoot-disable-file no-such-rule')).toEqual(['This suppression names no-such-rule, and there is no such rule.'])
  })

  it('is not said of a rule that was not asked', () => {
    expect(unused('-- surefoot-disable-file off-rule')).toEqual([])
  })
})

describe('a suppression that ends', () => {
  const answer = (text: string, requireReason = false, today = '2027-01-31') =>
    new Suppressions(text, 'm.sql', { today, requireReason }).answer(findingAt(text, 'HERE'))
  const comment = '-- surefoot-disable-next-line rename-column'

  it.each([
    ['behind the reason', `${comment} -- ten rows until 2027-01-31`, { reason: 'ten rows', until: '2027-01-31' }],
    ['in brackets', `${comment} -- ten rows (until 2027-01-31).`, { reason: 'ten rows', until: '2027-01-31' }],
    ['before the reason', `${comment} until 2027-02-01 -- ten rows`, { reason: 'ten rows', until: '2027-02-01' }],
    ['without a reason', `${comment} until 2027-02-01`, { until: '2027-02-01' }],
    ['as all of the reason', `${comment} -- until 2028-02-29`, { until: '2028-02-29' }],
    ['in a block comment', `/* surefoot-disable-next-line rename-column -- x until 2027-02-01 */`, { reason: 'x', until: '2027-02-01' }],
    ['of a word that is no date', `${comment} -- until the table is gone`, { reason: 'until the table is gone' }],
    ['of a number that is no date', `${comment} -- until 5 teams moved`, { reason: 'until 5 teams moved' }],
    ['in the middle of a reason', `${comment} -- until 2020-01-01 came we waited`, { reason: 'until 2020-01-01 came we waited' }],
  ])('says the day %s, and holds through it', (_, text, said) =>
    expect(answer(`${text}\nHERE`)).toEqual({ kind: 'inline', line: 1, ...said }),
  )

  it('has ended on the day after', () => {
    const because = 'It was suppressed until 2027-01-31 (ten rows); that day has passed.'
    expect(answer(`${comment} -- ten rows until 2027-01-31\nHERE`, false, '2027-02-01')).toEqual({ kind: 'lapsed', because })
  })
  it.each(['2027-13-01', '2027-02-29', '31.1.2027', '1/31/2027', '2027', 'Jan 2027', '31 January 2027', '2027-1-31'])(
    'does not hold when %s is said, which is no date of ours',
    (written) =>
      expect(answer(`${comment} -- ten rows until ${written}\nHERE`)).toEqual({
        kind: 'lapsed',
        because: `The suppression in line 1 does not hold: "${written}" is no date. Write it as in until 2027-01-31.`,
      }),
  )
  it('needs a reason where that is asked', () => {
    expect(answer(`${comment}\nHERE`, true)).toMatchObject({ kind: 'lapsed' })
    expect(answer(`${comment} -- until 2027-02-01\nHERE`, true)).toMatchObject({ kind: 'lapsed' })
    expect(answer(`${comment} -- ten rows\nHERE`, true)).toMatchObject({ kind: 'inline' })
  })
  it('does not undo another that holds', () => {
    expect(answer(`${comment} until 2020-01-01\nHERE -- surefoot-disable-line -- new`)).toMatchObject({ kind: 'inline', line: 2 })
    expect(answer(`-- surefoot-disable-file -- new\n${comment} until 2020-01-01\nHERE`)).toMatchObject({ kind: 'inline', line: 1 })
  })
  it('is not reported as one that is not needed, where it would suppress something', () => {
    const text = `${comment} until 2020-01-01\nHERE`
    const suppressions = new Suppressions(text, 'm.sql', terms)
    suppressions.answer(findingAt(text, 'HERE'))
    expect(suppressions.unused('m', known, all)).toEqual([])
  })
})
