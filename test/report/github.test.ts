import { describe, expect, it } from 'vitest'
import { github } from '../../src/report/github.ts'
import { context, finding, hostile, outcome } from './outcomes.ts'

/** Reads a command as the runner does: https://github.com/actions/runner, ActionCommand. */
function commandOf(line: string) {
  const [, name, properties = '', data = ''] = /^::(\w+) (.*?)::(.*)$/.exec(line) ?? []
  const plain = (text: string) => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n')
  const pairs = properties.split(',').map((pair) => {
    const at = pair.indexOf('=')
    const value = plain(pair.slice(at + 1))
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
    return [pair.slice(0, at), value.replaceAll('%25', '%')] as const
  })
  return { name, ...Object.fromEntries(pairs), data: plain(data).replaceAll('%25', '%') }
}

describe('github', () => {
  it('is a command for each finding, with its place', () =>
    expect(github(outcome({ findings: [finding] }, { errors: 1 }), context()).split('\n')).toEqual([
      '::error file=db/2.sql,line=2,endLine=2,col=1,endColumn=24,title=index-not-concurrent::Building index i blocks writes to t until it is finished.%0ABuild it concurrently.',
      'surefoot: 1 error, 0 warnings, 0 info; 1 migration, 1 statement read, all of them understood',
      '',
    ]))

  it('says the gravest first, and gives no column over several lines', () => {
    const findings = [{ ...finding, severity: 'info' as const, endLine: 3 }, { ...finding, severity: 'warning' as const }, finding]
    const commands = github(outcome({ findings }), context()).split('\n').slice(0, 3).map(commandOf)
    expect(commands.map(({ name }) => name)).toEqual(['error', 'warning', 'notice'])
    expect(commands[2]).toMatchObject({ line: '2', endLine: '3' })
    expect(commands[2]).not.toHaveProperty('col')
  })

  it('cannot be given commands by what a migration says', () => {
    const rows = github(hostile, context()).trimEnd().split('\n')
    // Two errors, three findings, one unread, the sums.
    expect(rows).toHaveLength(7)
    expect(rows.slice(0, 6).map((row) => commandOf(row).name)).toEqual(['error', 'error', 'error', 'warning', 'notice', 'warning'])
    expect(commandOf(rows[0]!)).toMatchObject({ title: 'could not be judged', data: expect.stringContaining('::error file=x::y\n%0A"<b>') })
    expect(rows.join('')).not.toContain('\u001b')
  })

  it('gives paths as the repository has them', () =>
    expect(github(outcome({ findings: [finding] }), context({ inRepository: (file) => `api/${file}` }))).toContain('file=api/db/2.sql,'))
})
