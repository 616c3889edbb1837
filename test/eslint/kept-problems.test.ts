import { describe, expect, it } from 'vitest'
import { KeptProblems } from '../../src/eslint/kept-problems.ts'
import type { Problems } from '../../src/eslint/problem.ts'
import { memoryProject } from '../../src/project/memory.ts'
import { shelf } from '../pipeline/shelf.ts'

const start = { line: 1, column: 0 }
const problems: Problems = new Map([
  [
    'index-not-concurrent',
    [
      {
        loc: { start, end: start },
        messageId: 'blocked',
        message: 'Writes wait.',
        change: { title: 'Build it CONCURRENTLY', keeps: 'meaning', edits: [{ file: 'a.sql', start: 12, end: 12, text: ' CONCURRENTLY' }] },
      },
    ],
  ],
])
const files = { 'a.sql': 'CREATE INDEX i ON t (a);', 'b.sql': 'SELECT 1;' }

/** What one process does: reads `a.sql`, says `problems` of it, and ends. */
function process(kept: KeptProblems): void {
  kept.project.read('a.sql')
  kept.project.glob(['*.sql'])
  kept.add('a', problems)
  kept.keep()
}

describe('what was said of files as they are saved', () => {
  it('is there for the next process, changes and all', () => {
    const on = shelf()
    process(new KeptProblems(on, 'lint', memoryProject(files)))
    const next = new KeptProblems(on, 'lint', memoryProject(files))
    expect(next.of('a')).toEqual(problems)
    expect(next.of('b')).toBeUndefined()
  })

  it('stays for the one after a process that says more, and is not written anew by one that does not', () => {
    const on = shelf()
    process(new KeptProblems(on, 'lint', memoryProject(files)))
    new KeptProblems(on, 'lint', memoryProject(files)).keep()
    expect(on.puts).toBe(1)
    const next = new KeptProblems(on, 'lint', memoryProject(files))
    next.project.read('b.sql')
    next.add('b', new Map())
    next.keep()
    const last = new KeptProblems(on, 'lint', memoryProject(files))
    expect(last.of('a')).toEqual(problems)
    expect(last.of('b')).toEqual(new Map())
    const changed = new KeptProblems(on, 'lint', memoryProject({ ...files, 'b.sql': 'SELECT 2;' }))
    expect(changed.of('a')).toBeUndefined()
  })

  it.each([
    ['has another text', { ...files, 'a.sql': 'DROP INDEX i;' }],
    ['came', { ...files, 'c.sql': '' }],
    ['went', { 'a.sql': files['a.sql'] }],
  ])('is forgotten where a file that was asked about %s', (_, now) => {
    const on = shelf()
    process(new KeptProblems(on, 'lint', memoryProject(files)))
    expect(new KeptProblems(on, 'lint', memoryProject(now)).of('a')).toBeUndefined()
  })

  it('is not kept once a file changed, nor where a folder could not be listed', () => {
    const on = shelf()
    const ended = new KeptProblems(on, 'lint', memoryProject(files))
    ended.add('a', problems)
    ended.end()
    expect(ended.of('a')).toBeUndefined()
    process(ended)
    process(new KeptProblems(on, 'lint', { ...memoryProject(files), unreadable: () => [{ path: 'x', error: 'x cannot be listed.' }] }))
    expect(on.puts).toBe(0)
  })

  it('is made anew where the shelf holds something else', () => {
    const on = shelf()
    process(new KeptProblems(on, 'lint', memoryProject(files)))
    const whole = on.content.get('lint')!
    for (const broken of [whole.subarray(0, whole.length / 2), new Uint8Array(0), new TextEncoder().encode('{"from":"another"}')]) {
      on.content.set('lint', broken)
      expect(new KeptProblems(on, 'lint', memoryProject(files)).of('a')).toBeUndefined()
    }
  })
})
