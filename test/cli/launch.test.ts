import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { command } from './command.ts'

let home: string
let dist: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'surefoot-launch-'))
  dist = join(home, 'dist')
  mkdirSync(dist)
  symlinkSync(join(dirname(command), '../node_modules'), join(home, 'node_modules'))
  for (const file of ['surefoot.js', 'program.js', 'package.json']) cpSync(join(dirname(command), file), join(dist, file))
  writeFileSync(join(home, '001_a.sql'), 'ALTER TABLE a RENAME COLUMN b TO c;\n')
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

function run(dialect = 'mysql'): string {
  const ran = spawnSync(process.execPath, [join(dist, 'surefoot.js'), 'check', '001_a.sql', '--dialect', dialect, '--format', 'json'], {
    cwd: home,
    encoding: 'utf8',
  })
  expect(ran.stderr).toBe('')
  expect(ran.status).toBe(1)
  return JSON.parse(ran.stdout)
    .findings.map(({ rule }: { rule: string }) => rule)
    .join()
}

const caches = () => readdirSync(dist).filter((file) => file.includes('.cache'))

describe('the compiled program is kept', () => {
  it('after the first run, and used by the next', () => {
    expect(run()).toContain('rename-breaking')
    const [cache] = caches()
    expect(caches()).toHaveLength(1)
    const { mtimeMs } = statSync(join(dist, cache!))
    expect(run()).toContain('rename-breaking')
    expect(caches()).toEqual([cache])
    expect(statSync(join(dist, cache!)).mtimeMs).toBe(mtimeMs)
  })

  it('with what a later run needs beyond it', () => {
    run()
    const cache = join(dist, caches()[0]!)
    const { size } = statSync(cache)
    expect(run('sqlite')).toContain('rename-breaking')
    expect(statSync(cache).size).toBeGreaterThan(size)
    const { mtimeMs } = statSync(cache)
    run()
    expect(statSync(cache).mtimeMs).toBe(mtimeMs)
  })

  it('and made again when it does not fit', () => {
    run()
    const cache = join(dist, caches()[0]!)
    writeFileSync(cache, 'not what V8 wrote')
    expect(run()).toContain('rename-breaking')
    expect(readFileSync(cache).length).toBeGreaterThan(10_000)
  })

  it('and done without where the package cannot be written', () => {
    // A folder in the way does to every user what missing rights do to all but root.
    run()
    const cache = join(dist, caches()[0]!)
    rmSync(cache)
    mkdirSync(join(cache, 'in the way'), { recursive: true })
    expect(run()).toContain('rename-breaking')
    expect(caches()).toHaveLength(1)
  })
})
