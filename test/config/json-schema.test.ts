import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { readBaseline, showBaseline } from '../../src/config/baseline.ts'
import { checkConfig } from '../../src/config/schema.ts'

const folder = join(import.meta.dirname, '../../schema')
const ajv = new Ajv({ allErrors: true, strictTuples: false })
const schemaOf = (name: string) => ajv.compile(JSON.parse(readFileSync(join(folder, name), 'utf8')) as object)

const isTaken = (read: () => unknown) => {
  try {
    read()
    return true
  } catch {
    return false
  }
}

describe('schema/config.schema.json says of a configuration what the command says', () => {
  const validate = schemaOf('config.schema.json')

  it.each([
    {},
    { $schema: './node_modules/surefoot/schema/config.schema.json' },
    { projects: [{}, { framework: 'typeorm', dialect: 'postgres', serverVersion: '16', paths: ['a', 'b/**'], ignore: ['c'] }] },
    { projects: [{ baseline: '1_Init', runner: { transaction: 'each', cls: true }, timeouts: 'set-by-runner', statistics: 's.json' }] },
    { profile: 'strict', unknown: 'block', baselineFile: false, suppressions: { requireReason: true } },
    { baselineFile: 'ci/old.json', suppressions: {} },
    { rules: { 'missing-down': 'off', 'index-not-concurrent': 'info', 'too-many-changes': ['warning', { limit: 5 }] } },
  ])('takes %j', (config) => {
    expect(validate(config) ? [] : validate.errors).toEqual([])
    expect(isTaken(() => checkConfig(config, 'surefoot.json'))).toBe(true)
  })

  it.each([
    [[]],
    ['safety'],
    [{ profiles: 'safety' }],
    [{ profile: 'loose' }],
    [{ unknown: true }],
    [{ baselineFile: true }],
    [{ baselineFile: '' }],
    [{ suppressions: { reason: true } }],
    [{ projects: {} }],
    [{ projects: [{ framework: 'rails' }] }],
    [{ projects: [{ dialect: 'oracle' }] }],
    [{ projects: [{ serverVersion: 16 }] }],
    [{ projects: [{ serverVersion: 'latest' }] }],
    [{ projects: [{ paths: 'migrations' }] }],
    [{ projects: [{ paths: [''] }] }],
    [{ projects: [{ runner: { transaction: 'some' } }] }],
    [{ projects: [{ runner: { pool: 1 } }] }],
    [{ rules: { 'missing-down': 'loud' } }],
    [{ rules: { 'too-many-changes': ['warning'] } }],
    [{ rules: { 'too-many-changes': ['off', {}] } }],
  ])('refuses %j', (config) => {
    expect(validate(config)).toBe(false)
    expect(isTaken(() => checkConfig(config, 'surefoot.json'))).toBe(false)
  })

  it('knows the names and the options of the rules', () => {
    for (const config of [{ rules: { 'no-such-rule': 'off' } }, { rules: { 'too-many-changes': ['warning', { limt: 5 }] } }])
      expect(validate(config)).toBe(false)
  })
})

describe('schema/baseline.schema.json says of a baseline what the command says', () => {
  const validate = schemaOf('baseline.schema.json')
  const entry = { file: 'a.sql', rule: 'missing-down', fingerprint: '0123456789abcdef'.repeat(2) }

  it('takes what is written', () => {
    const text = showBaseline([
      { ...entry, count: 1 },
      { ...entry, file: 'b.sql', count: 2 },
    ])
    expect(validate(JSON.parse(text)) ? [] : validate.errors).toEqual([])
    expect(validate(JSON.parse(showBaseline([])))).toBe(true)
  })
  it.each([
    {},
    { version: 2, findings: [] },
    { version: 1, findings: {} },
    { version: 1, findings: [], more: 1 },
    { version: 1, findings: [{ ...entry, line: 1 }] },
    { version: 1, findings: [{ ...entry, count: 0 }] },
    { version: 1, findings: [{ ...entry, fingerprint: 'x' }] },
    { version: 1, findings: [{ rule: 'missing-down' }] },
  ])('refuses %j', (baseline) => {
    expect(validate(baseline)).toBe(false)
    expect(isTaken(() => readBaseline(JSON.stringify(baseline), 'b.json'))).toBe(false)
  })
})
