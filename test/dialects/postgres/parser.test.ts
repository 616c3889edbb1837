import { beforeAll, describe, expect, it } from 'vitest'
import { attempt, loadParser } from '../../../src/dialects/postgres/parser.ts'

beforeAll(loadParser)

describe('the trees of short texts', () => {
  it('are remembered while they are asked for', () => {
    const tree = attempt('SELECT 1')
    for (let other = 0; other < 2_000; other++) {
      attempt(`SELECT ${other} AS other`)
      if (other % 100 === 0) expect(attempt('SELECT 1')).toBe(tree)
    }
  })

  it('and forgotten when they are not: what is kept is bounded', () => {
    const tree = attempt('SELECT 2')
    for (let other = 0; other < 2_000; other++) attempt(`SELECT ${other} AS another`)
    expect(attempt('SELECT 2')).not.toBe(tree)
    expect(attempt('SELECT 2')).toEqual(tree)
  })

  it('but none of a long text, and no error', () => {
    const long = `SELECT ${'1 + '.repeat(500)}1`
    expect(attempt(long)).not.toBe(attempt(long))
    expect(attempt('SELEC')).not.toBe(attempt('SELEC'))
    expect(attempt('SELEC')).toBeInstanceOf(Error)
  })
})
