import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { environment } from '../cli/command.ts'

it('the demo checks a project and rehearses it, with a finding of every verdict and a state that a failure leaves', () => {
  const root = resolve(import.meta.dirname, '../..')
  const { status, stdout } = spawnSync(process.execPath, ['scripts/demo.mjs'], {
    cwd: root,
    env: environment,
    encoding: 'utf8',
    timeout: 120_000,
  })
  expect(status, stdout).toBe(0)
  const [, rehearsed = ''] = stdout.split('$ surefoot rehearse')
  const said = (pattern: RegExp) => expect(rehearsed).toMatch(pattern)
  said(/^ {2}confirmed {2}index-not-concurrent line \d+\n {4}writes of orders wait: /m)
  said(/^ {2}conditional {2}drop-before-contract line \d+\n {4}.* fails: 42703: .*\n {4}ask production: SELECT /m)
  said(/^ {2}refuted {2}type-change-rewrite line \d+\n/m)
  said(/^ {2}not proven {2}missing-lock-timeout line \d+\n {4}PostgreSQL .* has one session here/m)
  said(/^ {2}seen {2}after a failure in statement \d+ .*table order_notes is left behind; the retry fails: 42P07: /m)
  said(/^\d+ migrations rehearsed: [1-9]\d* confirmed, [1-9]\d* conditional, [1-9]\d* refuted, /m)
})
