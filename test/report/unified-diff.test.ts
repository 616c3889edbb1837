import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { unifiedDiff } from '../../src/report/unified-diff.ts'

/** What git makes of a text and a diff. */
function applied(before: string | undefined, diff: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'surefoot-diff-'))
  try {
    if (before !== undefined) writeFileSync(join(folder, 'a.sql'), before)
    execFileSync('git', ['apply', '--unidiff-zero', '--whitespace=nowarn', '-'], {
      cwd: folder,
      input: diff,
      stdio: ['pipe', 'ignore', 'pipe'],
    })
    return existsSync(join(folder, 'a.sql')) ? readFileSync(join(folder, 'a.sql'), 'utf8') : ''
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

it('is what git applies, whatever the texts', () => {
  const line = fc.constantFrom('a', 'b', 'c', 'CREATE INDEX i ON t (c);', '')
  const text = fc
    .tuple(fc.array(line, { maxLength: 30 }), fc.boolean())
    .map(([lines, ends]) => lines.join('\n') + (ends && lines.length > 0 ? '\n' : ''))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = unifiedDiff('a.sql', before, after)
      if (before === after) expect(diff).toBe('')
      else expect(applied(before, diff)).toBe(after)
    }),
    { numRuns: 60 },
  )
})

it('shows the lines around a change, and a file that is made', () => {
  const before = Array.from({ length: 30 }, (_, at) => `line ${at}\n`)
  const after = before.with(4, 'four\n').with(20, 'twenty\n')
  const diff = unifiedDiff('a.sql', before.join(''), after.join(''))
  expect(diff.split('\n').filter((one) => one.startsWith('@@'))).toEqual(['@@ -2,7 +2,7 @@', '@@ -18,7 +18,7 @@'])
  expect(applied(before.join(''), diff)).toBe(after.join(''))
  const made = unifiedDiff('a.sql', undefined, 'SELECT 1;\n')
  expect(made).toBe('--- /dev/null\n+++ b/a.sql\n@@ -0,0 +1,1 @@\n+SELECT 1;\n')
  expect(applied(undefined, made)).toBe('SELECT 1;\n')
})
