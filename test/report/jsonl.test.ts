import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import type { ReportedRehearsal } from '../../src/lint/outcome.ts'
import { jsonl } from '../../src/report/jsonl.ts'
import { context, hostile, outcome } from './outcomes.ts'

interface Row {
  readonly type: string
  readonly [member: string]: unknown
}

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../schema/outcome.schema.json'), 'utf8')) as object
const validate = new Ajv({ allErrors: true }).compile(schema)

const rows = (what: typeof hostile) =>
  jsonl(what, context())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row)

describe('jsonl', () => {
  it('is one object a line, from which the outcome can be put together again', () => {
    const read = rows(hostile)
    const of = (type: string) => read.filter((row) => row.type === type).map(({ type: _, ...members }) => members)
    const [{ version, ...summary } = { version: '' }] = of('summary')
    const again = {
      version,
      findings: of('finding'),
      suppressed: of('suppressed'),
      opaque: of('opaque'),
      errors: of('error'),
      migrations: of('migration'),
      summary,
    }
    expect(again).toEqual(JSON.parse(JSON.stringify(hostile)))
    expect(validate(again) ? [] : validate.errors).toEqual([])
  })

  it('has what was mended, what was not, and what was rehearsed', () => {
    const place = { rule: 'missing-await', migration: '1', file: 'a.js', line: 3 }
    const read = rows(
      outcome({
        fixed: [{ ...place, title: 'Await the call' }],
        unfixed: [{ ...place, because: 'it is deployed' }],
        rehearsals: [{ migration: '1', notRun: 'no engine' } as unknown as ReportedRehearsal],
      }),
    )
    expect(read.slice(0, -1)).toEqual([
      { type: 'fixed', ...place, title: 'Await the call' },
      { type: 'unfixed', ...place, because: 'it is deployed' },
      { type: 'rehearsal', migration: '1', notRun: 'no engine' },
    ])
  })

  it('ends with the summary', () => {
    expect(rows(hostile).at(-1)?.type).toBe('summary')
    expect(rows(outcome({})).map(({ type }) => type)).toEqual(['summary'])
  })
})
