import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checked, commit, folder, git, lines, repository, surefoot } from './command.ts'

const config = { projects: [{ dialect: 'postgres', timeouts: 'set-by-runner' }] }
const project = (migrations: Readonly<Record<string, string>>, more: object = {}) => ({
  'surefoot.json': JSON.stringify({ ...config, ...more }),
  ...Object.fromEntries(Object.entries(migrations).map(([name, text]) => [`migrations/${name}`, text])),
})
const index = 'CREATE INDEX i ON t (c);\n'
const drop = 'DROP TABLE old;\n'

/** A folder with a baseline of what these migrations say. */
function recorded(migrations: Readonly<Record<string, string>>, more: object = {}): string {
  const root = folder(project(migrations, more))
  expect(surefoot(root, ['baseline'])).toMatchObject({ code: 0, err: '' })
  return root
}
const baselineIn = (root: string) => readFileSync(join(root, 'surefoot.baseline.json'), 'utf8')
const edit = (root: string, name: string, text: string) => writeFileSync(join(root, 'migrations', name), text)

describe('surefoot baseline', () => {
  it('records what is found, so that only what is new is reported', () => {
    const root = folder(project({ '1_a.sql': index + drop }))
    expect(surefoot(root, ['baseline']).out).toBe('surefoot.baseline.json: 2 findings. Every run leaves them out; commit the file.\n')
    const outcome = checked(root)
    expect(outcome).toMatchObject({ code: 0, findings: [] })
    expect(outcome.summary.baseline).toEqual({ file: 'surefoot.baseline.json', findings: 2, stale: [] })
    expect(outcome.suppressed.map(({ rule, suppression }) => [rule, suppression])).toEqual([
      ['index-not-concurrent', { kind: 'baseline' }],
      ['drop-before-contract', { kind: 'baseline' }],
    ])
    edit(root, '2_b.sql', index)
    expect(lines(checked(root))).toEqual(['migrations/2_b.sql:1 index-not-concurrent'])
  })

  it('knows statements again when lines, white space, comments and files move', () => {
    const root = recorded({ '1_a.sql': index, '2_b.sql': drop })
    edit(root, '1_a.sql', '-- Why\n\nCREATE   INDEX i -- the index\n  ON t (c);\n')
    renameSync(join(root, 'migrations/2_b.sql'), join(root, 'migrations/3_b.sql'))
    expect(checked(root)).toMatchObject({ code: 0, findings: [], summary: { baseline: { findings: 2, stale: [] } } })
  })

  it('tells the same statement said once more', () => {
    const root = recorded({ '1_a.sql': index + index })
    edit(root, '1_a.sql', index + index + index)
    expect(lines(checked(root))).toEqual(['migrations/1_a.sql:3 index-not-concurrent'])
  })

  it('says what is gone, and takes it out', () => {
    const root = recorded({ '1_a.sql': index + drop })
    edit(root, '1_a.sql', drop)
    edit(root, '2_b.sql', 'DROP TABLE other;\n')
    const { out } = surefoot(root, ['check'])
    expect(out).toContain(
      'surefoot.baseline.json lists 1 finding that is gone (index-not-concurrent in migrations/1_a.sql). Run surefoot baseline --prune.',
    )
    expect(out).toContain('1 finding: 0 errors, 1 warning, 1 left out by surefoot.baseline.json')
    expect(surefoot(root, ['baseline', '--prune']).out).toContain('1 finding (0 more, 1 less than before)')
    expect(checked(root)).toMatchObject({ findings: [{ file: 'migrations/2_b.sql' }], summary: { baseline: { findings: 1, stale: [] } } })
    expect(surefoot(root, ['baseline']).out).toContain('2 findings (1 more, 0 less than before)')
    expect(checked(root)).toMatchObject({ code: 0, findings: [] })
  })

  it('says nothing of what a run did not look at', () => {
    const root = recorded({ '1_a.sql': index, '2_b.sql': drop })
    edit(root, '1_a.sql', 'SELECT 1;\n')
    expect(checked(root, ['migrations/2_b.sql'])).toMatchObject({ findings: [], summary: { baseline: { findings: 1, stale: [] } } })
    expect(checked(root, ['--rule', 'index-not-concurrent=off'])).toMatchObject({ summary: { baseline: { stale: [] } } })
    expect(checked(root).summary.baseline?.stale).toMatchObject([{ rule: 'index-not-concurrent', count: 1 }])
  })

  it('keeps the entries of rules that it did not ask', () => {
    const root = folder(project({ '1_a.sql': index }))
    surefoot(root, ['baseline', '--profile', 'strict'])
    const strict = baselineIn(root)
    surefoot(root, ['baseline'])
    expect(baselineIn(root)).toBe(strict)
    expect(checked(root, ['--profile', 'strict'])).toMatchObject({ code: 0, findings: [] })
  })

  it('writes the same file for the same findings', () => {
    const root = recorded({ '1_a.sql': index + drop, '2_b.sql': index })
    const first = baselineIn(root)
    rmSync(join(root, 'surefoot.baseline.json'))
    surefoot(root, ['baseline'])
    expect(baselineIn(root)).toBe(first)
    expect(first.split('\n').filter((line) => line.includes('"rule"'))).toHaveLength(3)
  })

  it('records each of what is said once a run, so that a new one is told', () => {
    const bare = { projects: [{ dialect: 'postgres' }] }
    const add = (name: string) => `ALTER TABLE t ADD COLUMN ${name} int;\n`
    const root = recorded({ '1_a.sql': add('a'), '2_b.sql': add('b') }, bare)
    expect(checked(root).findings).toEqual([])
    edit(root, '3_c.sql', add('c'))
    expect(lines(checked(root))).toEqual(['migrations/3_c.sql:1 missing-lock-timeout'])
  })

  it('does not record what a comment suppresses', () => {
    const root = recorded({ '1_a.sql': `-- surefoot-disable-next-line index-not-concurrent -- small\n${index}` })
    expect(baselineIn(root)).toContain('"findings": []')
    expect(checked(root).suppressed).toMatchObject([{ suppression: { kind: 'inline', line: 1, reason: 'small' } }])
  })

  it('is looked for where the configuration says, or not at all', () => {
    const root = folder(project({ '1_a.sql': index }, { baselineFile: 'ci/old.json' }))
    expect(surefoot(root, ['check'])).toMatchObject({
      code: 2,
      err: 'surefoot: "baselineFile": ci/old.json does not exist. Run surefoot baseline, which writes it, or leave the key out.\n',
    })
    expect(surefoot(root, ['baseline'])).toMatchObject({ code: 2, err: expect.stringContaining('cannot be written') })
    writeFileSync(join(root, 'surefoot.json'), JSON.stringify({ ...config, baselineFile: 'old.json' }))
    surefoot(root, ['baseline'])
    expect(checked(root)).toMatchObject({ code: 0, summary: { baseline: { file: 'old.json' } } })
    expect(lines(checked(root, ['--no-baseline']))).toEqual(['migrations/1_a.sql:1 index-not-concurrent'])
    writeFileSync(join(root, 'surefoot.json'), JSON.stringify({ ...config, baselineFile: false }))
    expect(lines(checked(root))).toEqual(['migrations/1_a.sql:1 index-not-concurrent'])
    expect(surefoot(root, ['baseline'])).toMatchObject({ code: 2, err: expect.stringContaining('"baselineFile": false') })
  })

  it('that cannot be read is a mistake, told in words', () => {
    const root = folder({ ...project({ '1_a.sql': index }), 'surefoot.baseline.json': '{' })
    expect(surefoot(root, ['check'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^surefoot: surefoot\.baseline\.json is not JSON/),
    })
  })

  it('is of the whole project', () => {
    const root = folder(project({ '1_a.sql': index }))
    for (const args of [['migrations'], ['--staged'], ['--since', 'main']])
      expect(surefoot(root, ['baseline', ...args])).toMatchObject({ code: 2, err: expect.stringContaining('records the whole project') })
    expect(surefoot(root, ['baseline', '--format', 'json'])).toMatchObject({ code: 2, err: expect.stringContaining('reports nothing') })
    expect(surefoot(folder({ 'surefoot.json': '{}' }), ['baseline'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('No migrations'),
    })
  })

  it('is read from the index for what is staged, and shown from the working directory', () => {
    const root = repository(project({ '1_a.sql': index }))
    surefoot(root, ['baseline'])
    commit(root)
    edit(root, '1_a.sql', `${index}-- more\n`)
    git(root, 'add', '--all')
    expect(checked(root, ['--staged'])).toMatchObject({ code: 0, findings: [] })
    const outcome = checked(join(root, 'migrations'))
    expect(outcome.suppressed.map(({ file }) => file)).toEqual(['1_a.sql'])
    expect(outcome.summary.baseline?.file).toBe('../surefoot.baseline.json')
  })
})

describe('what is suppressed', () => {
  const text = `-- surefoot-disable-next-line index-not-concurrent -- ten rows until 9999-12-31\n${index}`

  it('is in the JSON with why, and counted', () => {
    const outcome = checked(folder(project({ '1_a.sql': text })))
    const suppression = { kind: 'inline', line: 1, reason: 'ten rows', until: '9999-12-31' }
    expect(outcome.suppressed).toMatchObject([{ rule: 'index-not-concurrent', line: 2, suppression }])
    expect(outcome.summary).toMatchObject({ suppressed: 1, errors: 0 })
  })
  it('is listed on the screen and in SARIF when it is asked for', () => {
    const root = folder(project({ '1_a.sql': text }))
    expect(surefoot(root, ['check']).out).not.toContain('ten rows')
    expect(surefoot(root, ['check', '--suppressed']).out).toContain('by the comment in line 1, until 9999-12-31: ten rows')
    expect(surefoot(root, ['check', '--suppressed', '--format', 'sarif']).out).toContain('"justification": "ten rows until 9999-12-31"')
  })
  it('comes back on the day after its last, and says so', () => {
    const root = folder(project({ '1_a.sql': text.replace('9999-12-31', '2020-01-31') }))
    const { findings, code } = checked(root)
    expect(code).toBe(1)
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringContaining('It was suppressed until 2020-01-31 (ten rows); that day has passed.'),
    ])
  })
  it('must say why where the configuration asks for that', () => {
    const root = folder(project({ '1_a.sql': `-- surefoot-disable-next-line\n${index}` }, { suppressions: { requireReason: true } }))
    expect(checked(root).findings.map(({ message }) => message)).toEqual([expect.stringContaining('it gives no reason')])
  })
})
