import { describe, expect, it } from 'vitest'
import { isAllowed } from '../../src/lint/message.ts'

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
