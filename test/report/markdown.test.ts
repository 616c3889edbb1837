import { describe, expect, it } from 'vitest'
import type { ReportedMigration, ReportedOperation } from '../../src/lint/described.ts'
import { markdown, marker } from '../../src/report/markdown.ts'
import { code, fenced, plain } from '../../src/report/markdown-text.ts'
import { context, finding, hostile, migration, nasty, operation, outcome, rehearsal } from './outcomes.ts'

const printed = (what: typeof hostile, more: Parameters<typeof context>[0] = {}) => markdown(what, context(more))
const lines = (text: string) => text.split('\n')

describe('markdown', () => {
  it('begins with its marker and the verdict', () => {
    const verdict = (what: typeof hostile) => lines(printed(what)).slice(0, 2)
    expect(verdict(hostile)).toEqual(['<!-- surefoot -->', '### Surefoot: not safe as it is: 1 error, 2 inputs not judged, and 1 warning'])
    expect(verdict(outcome({}, { warnings: 2 }))[1]).toBe('### Surefoot: 2 warnings to look at')
    expect(verdict(outcome({}))[1]).toBe('### Surefoot: no findings')
    expect(verdict(outcome({}, { opaque: 1 }))[1]).toBe('### Surefoot: no findings, but 1 statement could not be read')
    expect(marker('api/v1')).toBe('<!-- surefoot api-v1 -->')
    expect(marker('-->')).toBe('<!-- surefoot --- -->')
  })

  it('has a row for each finding, the gravest first, with its place', () => {
    const findings = [{ ...finding, severity: 'warning' as const, direction: 'down' as const }, finding]
    const link = (file: string, line: number) => `https://example.org/${file}#L${line}`
    expect(lines(printed(outcome({ findings }), { link })).filter((row) => row.includes('index-not-concurrent]'))).toEqual([
      '| **error** | Building index i blocks writes to t until it is finished. [index-not-concurrent](https://example.org/x) | [<code>db/2.sql:2</code>](https://example.org/db/2.sql#L2) |',
      '| warning | Building index i blocks writes to t until it is finished. (in down) [index-not-concurrent](https://example.org/x) | [<code>db/2.sql:2</code>](https://example.org/db/2.sql#L2) |',
    ])
  })

  it('says what a run proved', () => {
    const verdict = { verdict: 'confirmed', because: 'It was | seen.', on: 'PostgreSQL 15' } as const
    expect(printed(outcome({ findings: [{ ...finding, verdict }] }))).toContain('<br>**confirmed**: It was \\| seen.')
  })

  it('says of each migration what it does, what waits and whether it can be undone', () => {
    const text = printed(outcome({ migrations: [migration] }))
    expect(text).toContain(
      '| <code>2</code> | **destroyed:** drops column note of orders | reads and writes of <code>orders</code> wait until the transaction ends; how long was not measured | **lossy**: the shape comes back, values do not |',
    )
    expect(text).toContain(
      '- line 2: drops column note of orders · lossy: the values of note are gone · locks ACCESS EXCLUSIVE on <code>orders</code>',
    )
    expect(text).toContain('```diff\n  table orders\n-   note text\n```')
  })

  it('says how long a rehearsal held the lock', () =>
    expect(printed(outcome({ migrations: [migration], rehearsals: [rehearsal] }))).toContain(
      'until the transaction ends; held for 42 ms in a rehearsal with 20000 rows a table on PostgreSQL 15.20 (binary) |',
    ))

  it('says that nothing waits, and counts what it does not list', () => {
    const many: ReportedOperation[] = Array.from({ length: 5 }, (_, at) => ({
      ...operation,
      effect: 'creates',
      does: `creates table t${at}`,
    }))
    const quiet: ReportedMigration = { ...migration, more: 4, statements: [{ ...migration.statements[0]!, operations: many, locks: [] }] }
    const row = lines(printed(outcome({ migrations: [quiet] }))).find((line) => line.startsWith('| <code>2</code>'))
    expect(row).toContain(
      '**created:** creates table t0; creates table t1; creates table t2 and 2 more<br>and 4 further statements | nothing |',
    )
  })

  it('folds the lines of each file', () => {
    const text = printed(outcome({ findings: [finding] }), { read: () => '-- hi\nCREATE INDEX i ON t (c);\n' })
    expect(text).toContain('<summary><code>db/2.sql</code> 1 finding</summary>')
    expect(text).toContain('```\n2 │ CREATE INDEX i ON t (c);\n  │ ~~~~~~~~~~~~~~~~~~~~~~~\n```')
  })

  it('names what could not be read or judged', () => {
    const text = printed(hostile)
    expect(text).toContain('Could not be read, and is not taken for harmless: 1 statement')
    expect(text).toContain('- **Could not be judged:** <code>db/3.sql:3</code> There is no dialect.')
  })

  it('cannot be steered by what a migration says', () => {
    const text = printed(
      { ...hostile, migrations: [{ ...migration, id: nasty, schema: [{ change: 'added', text: `\`\`\`\`\n${nasty}`, part: false }] }] },
      { read: () => `${nasty}\n${nasty}\n\`\`\`\`\`\n</details>` },
    )
    expect(outside(text).match(/<\/details>/g)).toHaveLength(outside(text).match(/<details>/g)!.length)
    expect(outside(text)).not.toMatch(/<b>|(?<!\\)\*a|^::/m)
    for (const control of ['\u001b', '\u0000']) expect(text).not.toContain(control)
    for (const row of lines(outside(text)).filter((line) => line.startsWith('| ')))
      expect([3, 4]).toContain(row.replaceAll('\\|', '').split('|').length - 2)
  })

  it('stays below 60 kB however much there is, and counts what it leaves out', () => {
    const findings = Array.from({ length: 3000 }, (_, at) => ({ ...finding, line: at + 1, file: `db/${at}.sql`, message: 'ä'.repeat(40) }))
    const opaque = Array.from({ length: 3000 }, (_, at) => ({
      file: 'a.sql',
      line: at + 1,
      because: 'syntax' as const,
      detail: 'x'.repeat(50),
    }))
    const text = printed(outcome({ findings, opaque, migrations: Array.from({ length: 500 }, () => migration) }, { errors: 3000 }), {
      read: () => 'x\n'.repeat(9),
    })
    expect(Buffer.byteLength(text)).toBeLessThan(60_000)
    expect(Buffer.byteLength(text)).toBeGreaterThan(50_000)
    const shown = lines(text).filter((line) => line.startsWith('| **error**')).length
    expect(text).toMatch(new RegExp(`Not shown, for want of room: .*${3000 - shown} findings`))
    expect(text.match(/<details>/g) ?? []).toHaveLength((text.match(/<\/details>/g) ?? []).length)
    expect(lines(text).at(-2)).toMatch(/^<sub>3000 errors/)
  })
})

/** What of a text stands in no fenced block. */
function outside(text: string): string {
  let fence: string | undefined
  const kept = lines(text).filter((line) => {
    const [run] = /^`{3,}/.exec(line) ?? []
    if (fence === undefined) {
      fence = run
      return run === undefined
    }
    if (line === fence) fence = undefined
    return false
  })
  expect(fence).toBeUndefined()
  return kept.join('\n')
}

describe('text for Markdown', () => {
  it('is shown as it is', () => {
    expect(plain('a_b *c* `d` <e> [f](g) | h')).toBe('a_b \\*c\\* \\`d\\` &lt;e&gt; \\[f\\](g) \\| h')
    expect(plain('_a_ a\nb')).toBe('\\_a\\_ a b')
    expect(plain('- a')).toBe('\u2060- a')
    expect(plain('1. a')).toBe('\u20601. a')
    expect(plain('0.1.0')).toBe('0.1.0')
    expect(code('a<b>|`')).toBe('<code>a&lt;b&gt;\\|\\`</code>')
  })

  it('mentions nobody and refers to nothing', () => expect(plain('@team fixes #12')).toBe('@\u2060team fixes #\u206012'))

  it('has a fence that is longer than any run of ticks in it', () => expect(fenced(['a', '````x'])).toBe('`````\na\n````x\n`````'))
})
