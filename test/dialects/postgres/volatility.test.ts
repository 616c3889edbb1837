import { expect, test } from 'vitest'
import { volatility, volatilityOf } from '../../../src/dialects/postgres/volatility.ts'
import { emptySchema } from '../../../src/schema/edit.ts'
import { PersistentMap } from '../../../src/schema/persistent-map.ts'
import type { FunctionState } from '../../../src/schema/table.ts'

const empty = emptySchema({ defaultSchema: 'public', fold: (name) => name })

test.each([
  ['now', 'stable'],
  ['current_timestamp', 'stable'],
  ['current_date', 'stable'],
  ['localtimestamp', 'stable'],
  ['statement_timestamp', 'stable'],
  ['transaction_timestamp', 'stable'],
  ['current_user', 'stable'],
  ['clock_timestamp', 'volatile'],
  ['timeofday', 'volatile'],
  ['random', 'volatile'],
  ['nextval', 'volatile'],
  ['gen_random_uuid', 'volatile'],
  ['uuidv4', 'volatile'],
  ['uuidv7', 'volatile'],
  ['uuid_generate_v4', 'volatile'],
  ['public.uuid_generate_v4', 'volatile'],
  ['extensions.uuid_generate_v1', 'volatile'],
  ['uuid_generate_v5', 'immutable'],
  ['gen_random_bytes', 'volatile'],
  ['gen_salt', 'volatile'],
  ['crypt', 'immutable'],
  ['upper', 'immutable'],
  ['pg_catalog.lower', 'immutable'],
  ['coalesce', 'immutable'],
])('%s is %s', (name, expected) => {
  expect(volatility(name)).toBe(expected)
})

test('a function that PostgreSQL does not ship is not known', () => {
  expect(volatility('make_order_number')).toBeUndefined()
  expect(volatility('constructor')).toBeUndefined()
})

function withFunction(state: Pick<FunctionState, 'volatility' | 'constant'>) {
  const name = 'made'
  return { ...empty, functions: PersistentMap.empty<FunctionState>().set(name, { name: { name }, born: 0, overloads: [], ...state }) }
}

test('the worst of several functions counts', () => {
  expect(volatilityOf(['now', 'random', 'upper'], empty)).toEqual({ volatility: 'volatile', by: 'random' })
  expect(volatilityOf(['now', 'mystery'], empty)).toEqual({ volatility: 'unknown', by: 'mystery' })
  expect(volatilityOf([], empty).volatility).toBe('immutable')
})

test('a function of the history is what it was created as', () => {
  expect(volatilityOf(['made'], withFunction({ volatility: 'volatile', constant: false })).volatility).toBe('volatile')
  expect(volatilityOf(['public.made'], withFunction({ volatility: 'stable', constant: false })).volatility).toBe('stable')
})

test('a function whose body is a constant is no reason to rewrite', () => {
  expect(volatilityOf(['made'], withFunction({ volatility: 'volatile', constant: true })).volatility).toBe('immutable')
})
