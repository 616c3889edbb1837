import { beforeAll, describe, expect, it } from 'vitest'
import { rules } from '../../rules/registry.ts'
import type { Example } from '../../src/rule/define.ts'
import { runExample, settingsFor } from '../run-example.ts'
import { operations, ready } from './typeorm/reading.ts'

beforeAll(ready)

const told = (body: string, before = '') =>
  operations(body, { before }).map((operation) =>
    operation.kind === 'external' ? `${operation.what} ${operation.expression}${operation.waits ? ' waits' : ''}` : operation.kind,
  )

describe('What a migration does outside the database', () => {
  it('is told by the name of what it calls, and whether it is waited for', () => {
    expect(told("const a = await fetch('https://x')")).toEqual(['network fetch waits'])
    expect(told("fetch('https://x')")).toEqual(['network fetch'])
    expect(told("await axios.get('https://x').then((r) => r.data)", "import axios from 'axios'")).toEqual(['network axios.get waits'])
    expect(told("await Promise.all([fetch('https://x'), fetch('https://y')])")).toEqual(['network fetch waits', 'network fetch waits'])
    expect(told("execSync('pg_dump')", "import { execSync } from 'child_process'")).toEqual(['opaque', 'process execSync waits'])
  })

  it('is a pause where the program goes on when the time is up', () => {
    expect(told('await new Promise((resolve) => setTimeout(resolve, 1000))')).toEqual(['timer setTimeout waits'])
    expect(told('await sleep(1000)', 'const sleep = (ms) => new Promise((done) => setTimeout(() => done(), ms))')).toEqual([
      'timer setTimeout waits',
    ])
    expect(told('await sleep(1000)', "import { sleep } from 'some-package'")).toEqual(['timer sleep waits'])
    expect(told('setTimeout(() => { counter += 1 }, 1000)')).toEqual([])
  })

  it('is nothing where a function of the program only has such a name', () => {
    expect(told('await fetch(1)', 'const fetch = async (id) => id')).toEqual([])
    expect(told("await queryRunner.query('SELECT 1')\nconst delay = 5; const sleep = [delay]")).toEqual(['select'])
  })
})

describe('A schema that the library makes like its models', () => {
  const found = async (example: Omit<Example, 'on'>) => {
    const { findings, opaque } = await runExample({ on: 'postgres', ...example }, settingsFor(rules, 'safety'), rules, 'safety')
    return [findings.filter(({ rule }) => rule === 'schema-sync').map(({ severity }) => severity), opaque.length]
  }

  it('is a finding, and stays unread', async () => {
    expect(await found({ sequelize: 'await queryInterface.sequelize.sync({ force: true })' })).toEqual([['error'], 1])
    expect(await found({ sequelize: 'await queryInterface.sequelize.sync({ alter: true })' })).toEqual([['warning'], 1])
    expect(await found({ typeorm: 'await queryRunner.connection.synchronize()' })).toEqual([['warning'], 1])
    expect(await found({ typeorm: 'await queryRunner.connection.initialize()' })).toEqual([[], 0])
  })
})
