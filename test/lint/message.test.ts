import { describe, expect, it } from 'vitest'
import { fill, isAllowed } from '../../src/lint/message.ts'

describe('what a message is filled with', () => {
  it('stands on one line', () => {
    expect(fill('{a} is {b}', { a: 'total', b: 'a +\n    b' })).toBe('total is a + b')
    expect(fill('{a}.', { a: `array[\n${"  'x',\n".repeat(40)}]` })).toMatch(/^array\[ 'x', .{60,80}…\.$/)
  })
})

describe('the names that a rule lets pass', () => {
  it.each([
    [['orders'], 'orders'],
    [['legacy_*'], 'legacy_orders'],
    [['*_old'], 'orders_old'],
    [['a*c*e'], 'abcde'],
    [['*'], 'anything'],
    [['users', 'orders'], 'orders'],
  ])('%j has %s', (allow, name) => expect(isAllowed(allow, { what: 'table', name, count: 3 })).toBe(true))

  it.each([
    [[], 'orders'],
    [undefined, 'orders'],
    [['order'], 'orders'],
    [['legacy_*'], 'my_legacy_orders'],
    [['aa*aa'], 'aaa'],
    [['a*c*e'], 'ace_'],
    [[1], '1'],
    [['.*'], 'orders'],
  ])('%j has not %s', (allow, name) => expect(isAllowed(allow, { name })).toBe(false))
})
