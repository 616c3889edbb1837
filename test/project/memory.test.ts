import { describe, expect, it } from 'vitest'
import { memoryProject } from '../../src/project/memory.ts'
import { overlayProject } from '../../src/project/overlay.ts'

describe('memoryProject', () => {
  const project = memoryProject(
    { 'db/1.sql': 'one', 'node_modules/x/1.sql': '', 'package.json': '{"dependencies":{"pg":"8"}}' },
    { prisma: '7' },
  )

  it('reads, finds and knows folders', () => {
    expect(project.read('./db/1.sql')).toEqual({ text: 'one' })
    expect(project.read('db')).toMatchObject({ because: 'directory' })
    expect(project.read('toString')).toMatchObject({ because: 'missing' })
    expect([project.exists('db'), project.exists('db/2.sql')]).toEqual([true, false])
    expect(project.glob(['**/*.sql'])).toEqual(['db/1.sql'])
  })

  it('knows dependencies from its package.json and from the argument', () => {
    expect([project.dependency('pg', 'db'), project.dependency('prisma'), project.dependency('constructor')]).toEqual(['8', '7', undefined])
  })
})

describe('overlayProject', () => {
  const project = overlayProject(memoryProject({ 'db/1.sql': 'one', 'db/2.sql': 'two' }), { 'db/2.sql': 'edited', 'db/3.sql': 'new' })

  it('shows the texts put over the others, and files that exist only there', () => {
    expect([project.read('db/1.sql'), project.read('db/2.sql'), project.read('db/3.sql')]).toEqual([
      { text: 'one' },
      { text: 'edited' },
      { text: 'new' },
    ])
    expect(project.glob(['db/*.sql'])).toEqual(['db/1.sql', 'db/2.sql', 'db/3.sql'])
    expect(project.exists('db/3.sql')).toBe(true)
  })
})
