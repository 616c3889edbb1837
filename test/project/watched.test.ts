import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { watchedProject } from '../../src/project/watched.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'surefoot-watched-'))
  mkdirSync(join(root, 'db'))
  write('db/1.sql', 'one')
  write('db/2.sql', 'two')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

let clock = 1_700_000_000
/** Writes a file with a time of its own: two writes within the clock's grain are two changes all the same. */
function write(path: string, text: string): void {
  writeFileSync(join(root, path), text)
  utimesSync(join(root, path), clock, clock++)
}

function looked() {
  const project = watchedProject(root)
  expect(project.glob(['**/*.sql'])).toEqual(['db/1.sql', 'db/2.sql'])
  expect(project.read('db/1.sql')).toEqual({ text: 'one' })
  return project
}

describe('a project that is watched', () => {
  it('tells nothing while nothing changes', () => {
    const project = looked()
    expect(project.changes()).toEqual({ files: new Set(), structure: false })
  })

  it('tells of a file that was read and changed, once, and reads it anew', () => {
    const project = looked()
    write('db/1.sql', 'uno')
    expect(project.read('db/1.sql')).toEqual({ text: 'one' })
    expect(project.changes()).toEqual({ files: new Set(['db/1.sql']), structure: false })
    expect(project.read('db/1.sql')).toEqual({ text: 'uno' })
    expect(project.changes()).toEqual({ files: new Set(), structure: false })
  })

  it('does not tell of a file that nobody read', () => {
    const project = looked()
    write('db/2.sql', 'due')
    expect(project.changes()).toEqual({ files: new Set(), structure: false })
  })

  it('tells of files that come and go', () => {
    const project = looked()
    write('db/3.sql', 'three')
    expect(project.changes().structure).toBe(true)
    expect(project.glob(['**/*.sql'])).toHaveLength(3)
    rmSync(join(root, 'db/1.sql'))
    expect(project.changes().structure).toBe(true)
    expect(project.glob(['**/*.sql'])).toHaveLength(2)
  })

  it('tells of a file that was asked for in vain and is there now', () => {
    const project = looked()
    expect(project.exists('package.json')).toBe(false)
    expect(project.dependency('typeorm')).toBeUndefined()
    write('package.json', '{"dependencies":{"typeorm":"1"}}')
    expect(project.changes().structure).toBe(true)
    expect(project.dependency('typeorm')).toBe('1')
  })

  it('takes a file that was saved beside and renamed for a changed file', () => {
    const project = looked()
    write('db/1.sql~', 'uno')
    renameSync(join(root, 'db/1.sql~'), join(root, 'db/1.sql'))
    expect(project.changes()).toEqual({ files: new Set(['db/1.sql']), structure: false })
  })
})
