import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { rules } from '../../rules/registry.ts'
import type { Outcome } from '../../src/lint/outcome.ts'
import { sarif } from '../../src/report/sarif.ts'
import { context, finding, hostile, outcome } from './outcomes.ts'

interface Log {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } }
      readonly results: readonly {
        readonly ruleId: string
        readonly ruleIndex: number
        readonly level: string
        readonly suppressions?: readonly object[]
        readonly fixes?: readonly object[]
        readonly partialFingerprints: Readonly<Record<string, string>>
        readonly locations: readonly [{ readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } }]
      }[]
      readonly invocations: readonly [
        {
          readonly executionSuccessful: boolean
          readonly toolExecutionNotifications: readonly { readonly level: string; readonly message: { readonly text: string } }[]
        },
      ]
    },
  ]
}

// The schema of the standard, as Microsoft's own test library ships it.
const library = dirname(createRequire(import.meta.url).resolve('@microsoft/jest-sarif'))
const {
  $schema: _,
  id: __,
  ...schema
} = JSON.parse(readFileSync(join(library, 'schemas/sarif-2.1.0-rtm.5.json'), 'utf8')) as Record<string, unknown>
const reference = /^[\w%\-.~:/?#[\]@!$&'()*+,;=]*$/
const validate = new Ajv({
  allErrors: true,
  strict: false,
  unicodeRegExp: false,
  formats: { uri: (text) => URL.canParse(text), 'uri-reference': reference, 'date-time': true },
}).compile(schema)

function printed(what: Outcome, more: Parameters<typeof context>[0] = {}): Log {
  const log: unknown = JSON.parse(sarif(what, context(more)))
  expect(validate(log) ? [] : validate.errors).toEqual([])
  return log as Log
}

describe('sarif', () => {
  it('is what the standard’s schema says: empty, hostile, and with the rules at hand', () => {
    printed(outcome({}))
    printed(hostile)
    printed(outcome({ findings: [{ ...finding, verdict: { verdict: 'confirmed', because: 'seen', on: 'PostgreSQL 15' } }] }))
    printed(hostile, { rule: (id) => rules.find((rule) => rule.id === id) })
  })

  it('the schema refuses what is not', () => {
    expect(validate({ version: '2.1.0', runs: [{ results: [] }] })).toBe(false)
    const log = JSON.parse(sarif(outcome({ findings: [finding] }), context())) as { runs: [{ results: [{ level: string }] }] }
    log.runs[0].results[0].level = 'fatal'
    expect(validate(log)).toBe(false)
  })

  it('names the rule of each result by place and by name', () => {
    const findings = [finding, { ...finding, rule: 'missing-down', severity: 'info' as const }, finding]
    const [run] = printed(outcome({ findings })).runs
    expect(run.tool.driver.rules.map(({ id }) => id)).toEqual(['index-not-concurrent', 'missing-down'])
    for (const result of run.results) expect(run.tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId)
    expect(run.results.map(({ level }) => level)).toEqual(['error', 'note', 'error'])
  })

  it('gives what is suppressed where that is asked, with why, and says of the others that they are not', () => {
    const suppressed = [
      { ...finding, suppression: { kind: 'inline', line: 1, reason: 'ten rows', until: '2027-01-31' } },
      { ...finding, suppression: { kind: 'inline', line: 1 } },
      { ...finding, suppression: { kind: 'baseline' } },
    ] as const
    const what = outcome({ findings: [finding], suppressed })
    expect(printed(what).runs[0].results).toHaveLength(1)
    expect(printed(what).runs[0].results[0]).not.toHaveProperty('suppressions')
    const { results } = printed(what, { suppressed: true }).runs[0]
    expect(results.map(({ suppressions }) => suppressions)).toEqual([
      [],
      [{ kind: 'inSource', status: 'accepted', justification: 'ten rows until 2027-01-31' }],
      [{ kind: 'inSource', status: 'accepted' }],
      [{ kind: 'external', status: 'accepted', justification: 'The finding is one of the baseline.' }],
    ])
  })

  it('gives the changes that mend a result, where no file has to be made', () => {
    const { file, line, column, endLine, endColumn } = finding
    const edit = { file, line, column, endLine, endColumn, text: ' CONCURRENTLY' }
    const fix = { title: 'Build it CONCURRENTLY', keeps: 'meaning' as const, edits: [edit], creates: [] }
    const making = { ...fix, creates: [{ file: 'db/3.sql', text: 'SELECT 1;\n' }] }
    const { results } = printed(
      outcome({
        findings: [
          { ...finding, fix },
          { ...finding, line: 3, fix: making },
        ],
      }),
    ).runs[0]
    expect(results[0]!.fixes).toEqual([
      {
        description: { text: 'Build it CONCURRENTLY' },
        artifactChanges: [
          {
            artifactLocation: { uri: 'db/2.sql', uriBaseId: '%SRCROOT%' },
            replacements: [
              {
                deletedRegion: { startLine: 2, startColumn: 1, endLine: 2, endColumn: 24 },
                insertedContent: { text: ' CONCURRENTLY' },
              },
            ],
          },
        ],
      },
    ])
    expect(results[1]).not.toHaveProperty('fixes')
  })

  it('percent-encodes paths, relative to the repository', () => {
    const findings = [{ ...finding, file: 'my db/1 ä#%.sql' }]
    const [run] = printed(outcome({ findings }), { inRepository: (file) => `apps/api/${file}` }).runs
    const { uri } = run.results[0]!.locations[0].physicalLocation.artifactLocation
    expect(uri).toBe('apps/api/my%20db/1%20%C3%A4%23%25.sql')
    expect(decodeURIComponent(uri)).toBe('apps/api/my db/1 ä#%.sql')
  })

  it('says what could not be read or judged among the notifications', () => {
    const [{ invocations }] = printed(hostile).runs
    expect(invocations[0].executionSuccessful).toBe(false)
    expect(invocations[0].toolExecutionNotifications.map(({ level }) => level)).toEqual(['error', 'error', 'warning'])
    expect(printed(outcome({})).runs[0].invocations[0]).toEqual({ executionSuccessful: true, toolExecutionNotifications: [] })
  })

  it('keeps the gravest results that GitHub takes, and says that there were more', () => {
    const findings = [
      ...Array.from({ length: 25_001 }, (_, at) => ({ ...finding, severity: 'warning' as const, line: at + 1 })),
      { ...finding, line: 30_000 },
    ]
    const [run] = (JSON.parse(sarif(outcome({ findings }), context())) as Log).runs
    expect(run.results).toHaveLength(25_000)
    expect(run.results[0]?.level).toBe('error')
    expect(run.invocations[0].toolExecutionNotifications[0]?.message.text).toBe('2 findings of less weight were left out.')
    expect(new Set(run.results.map((result) => Object.values(result.partialFingerprints)[0])).size).toBe(25_000)
  })
})
