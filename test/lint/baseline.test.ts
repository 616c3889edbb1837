import { describe, expect, it } from 'vitest'
import { readBaseline, showBaseline } from '../../src/config/baseline.ts'
import { Baseline, type BaselineEntry } from '../../src/lint/baseline.ts'

const fingerprint = '0'.repeat(32)
const entry = (more: Partial<BaselineEntry> = {}): BaselineEntry => ({ file: 'a.sql', rule: 'r', fingerprint, count: 1, ...more })
let places = 0
const found = (more: { file?: string; rule?: string; fingerprint?: string; place?: string } = {}) => ({
  file: 'a.sql',
  rule: 'r',
  fingerprint,
  place: String(places++),
  ...more,
})
const baseline = (entries: readonly BaselineEntry[], gone: readonly string[] = [], records = false) =>
  new Baseline({ file: 'b.json', entries, records }, (file) => !gone.includes(file))

describe('a baseline', () => {
  it('leaves out as many as it counts', () => {
    const two = baseline([entry({ count: 2 })])
    expect([found(), found(), found()].map((one) => two.covers(one))).toEqual([true, true, false])
    expect(two.remaining).toEqual([])
  })
  it('answers alike to a finding that is reached twice', () => {
    const one = baseline([entry()])
    const same = found()
    expect([one.covers(same), one.covers(same), one.covers(found())]).toEqual([true, true, false])
    expect(one.covered).toEqual([entry()])
  })
  it('knows the rule, the statement and the file', () => {
    const one = baseline([entry()])
    expect(one.covers(found({ rule: 'other' }))).toBe(false)
    expect(one.covers(found({ fingerprint: '1'.repeat(32) }))).toBe(false)
    expect(one.covers(found({ file: 'b.sql' }))).toBe(false)
    expect(one.remaining).toEqual([entry()])
  })
  it('follows a file that is moved, and says where it is now', () => {
    const moved = baseline([entry()], ['a.sql'])
    expect(moved.covers(found({ file: 'b.sql' }))).toBe(true)
    expect(moved.covers(found({ file: 'c.sql' }))).toBe(false)
    expect(moved.covered).toEqual([entry({ file: 'b.sql' })])
  })
  it('prefers the entry of the file itself', () => {
    const both = baseline([entry({ file: 'gone.sql' }), entry()], ['gone.sql'])
    expect(both.covers(found())).toBe(true)
    expect(both.remaining).toEqual([entry({ file: 'gone.sql' })])
  })
  it('that records leaves out whatever there is', () => {
    const recorder = baseline([entry()], [], true)
    for (const one of [found(), found(), found({ rule: 'new' })]) expect(recorder.covers(one)).toBe(true)
    expect(recorder.covered).toEqual([entry({ count: 2 }), entry({ rule: 'new' })])
  })
})

describe('the file of a baseline', () => {
  const entries = [entry({ file: 'b.sql' }), entry({ rule: 's', count: 3 }), entry()]

  it('is read as it was written, sorted, a line an entry', () => {
    const text = showBaseline(entries)
    expect(readBaseline(text, 'b.json')).toEqual([entry(), entry({ rule: 's', count: 3 }), entry({ file: 'b.sql' })])
    expect(text.split('\n').filter((line) => line.includes('fingerprint'))).toHaveLength(3)
    expect(showBaseline(entries.toReversed())).toBe(text)
    expect(readBaseline(showBaseline([]), 'b.json')).toEqual([])
  })
  it.each([
    ['{', 'b.json is not JSON: '],
    ['[]', 'b.json: '],
    ['{ "version": 2, "findings": [] }', 'b.json: "version" cannot be read: '],
    [
      `{ "version": 1, "findings": [{ "file": "a", "rule": "r", "fingerprint": "x" }] }`,
      'b.json: "findings.0.fingerprint" cannot be read: ',
    ],
    [
      `{ "version": 1, "findings": [{ "file": "a", "rule": "r", "fingerprint": "${fingerprint}", "count": 0 }] }`,
      'b.json: "findings.0.count" cannot be read: ',
    ],
  ])('is refused in words: %s', (text, words) => expect(() => readBaseline(text, 'b.json')).toThrow(words))
})
