import { describe, expect, it } from 'vitest'
import { mappedName, type NameMapping, rowName, unmappedName } from '../../../src/frameworks/knex/name-mapping.ts'
import made from './name-mapping.json' with { type: 'json' }

// name-mapping.json: what lodash 4.18, change-case 4.1, stringcase 4.3 (of knex-stringcase 1.6) and objection 3.1 themselves made of these names.

function mappingOf(library: string): NameMapping {
  const [by, option] = library.split(' ')
  if (by === 'objection') return { by, rows: 'camel case', options: option === undefined ? {} : { [option]: true } }
  return by === 'knex-stringcase' ? { by, rows: 'camel case' } : { by: by as 'lodash' | 'change-case', rows: 'as they are' }
}

describe('names on their way to the database', () => {
  it.each(Object.entries(made.names))('%s', (name, expected) => {
    const own = Object.fromEntries(Object.keys(expected).map((library) => [library, mappedName(mappingOf(library), name)]))
    expect(own).toEqual(expected)
  })
})

describe('names of rows on their way back', () => {
  it.each(Object.entries(made.rows))('%s', (name, expected) => {
    const own = Object.fromEntries(Object.keys(expected).map((library) => [library, rowName(mappingOf(library), name)]))
    expect(own).toEqual(expected)
  })
})

it.each([
  ['lodash', 'user_id', 'user_id'],
  ['objection upperCase', 'USER_ID', 'user_id'],
  ['objection underscoreBeforeDigits', 'line_2', 'line2'],
  ['lodash', 'userId', undefined],
])('%s: what becomes %s is written %s', (library, name, written) => {
  expect(unmappedName(mappingOf(library), name)).toBe(written)
})
