import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { check, defineRule, explain, memoryProject, UserError } from '../../src/index.ts'

const migration = {
  'migrations/001_a.sql': 'CREATE TABLE a (id bigint PRIMARY KEY);\n',
  'migrations/002_b.sql': 'ALTER TABLE a ADD COLUMN b int NOT NULL;\n',
}

describe('check', () => {
  it('takes texts and gives findings', async () => {
    const { findings, summary } = await check({ files: migration, dialect: 'postgres' })
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: 'not-null-without-default', file: 'migrations/002_b.sql', line: 1, column: 1 }),
    )
    expect(summary.migrations).toBe(2)
  })

  it('judges only what is asked for, with the rest as history', async () => {
    const { findings, summary } = await check({ files: migration, dialect: 'postgres', only: ['migrations/001_a.sql'] })
    expect([findings, summary.migrations]).toEqual([[], 1])
  })

  it('goes by a configuration', async () => {
    const config = { rules: { 'not-null-without-default': 'off', 'missing-lock-timeout': 'off' } } as const
    expect((await check({ files: migration, dialect: 'postgres', config })).findings).toEqual([])
  })

  it('looks through a folder, and through files from anywhere else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'surefoot-library-'))
    try {
      mkdirSync(join(folder, 'migrations'))
      for (const [path, text] of Object.entries(migration)) writeFileSync(join(folder, path), text)
      const { findings } = await check({ directory: folder, dialect: 'mysql' })
      expect(findings).toEqual((await check({ project: memoryProject(migration), dialect: 'mysql' })).findings)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('judges with rules of one’s own', async () => {
    const narrow = defineRule({
      id: 'narrow-key',
      title: 'Key that runs out',
      severity: 'warning',
      instead: 'Make it bigint.',
      messages: { narrow: '{column} is {type}.' },
      on: {
        addColumn({ column }, at) {
          if (column.type?.name === 'integer') at.report(at.operation, 'narrow', { column: column.name, type: column.type.text })
        },
      },
    })
    const { findings } = await check({ files: migration, dialect: 'postgres', config: { customRules: [narrow] } })
    expect(findings.filter(({ rule }) => rule === 'narrow-key')).toMatchObject([
      { message: expect.stringMatching(/^b is int/), help: 'Make it bigint.', messageId: 'narrow' },
    ])
  })

  it.each([
    ['no place', {}, 'one of files, directory and project'],
    ['two places', { files: {}, directory: '.' }, 'one of files, directory and project'],
    ['an unknown rule', { files: migration, config: { rules: { 'rename-braking': 'off' as const } } }, 'Did you mean "rename-breaking"?'],
    ['an unknown key', { files: migration, config: { profil: 'strict' } as object }, 'config: unknown key "profil"'],
    [
      'a path that matches nothing',
      { files: migration, dialect: 'postgres' as const, only: ['nowhere.sql'] },
      'nowhere.sql matches no file',
    ],
    ['a version that is none', { files: migration, serverVersion: 'new' }, 'is not a version'],
  ])('refuses %s in words', async (_, options, sentence) => {
    const error: unknown = await check(options).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(sentence)
  })

  it('says of what it cannot decide that it cannot', async () => {
    const { errors } = await check({ files: { 'migrations/1.sql': 'CREATE TABLE a (id int);' } })
    expect(errors).toHaveLength(1)
  })
})

describe('explain', () => {
  it('gives the page of a rule', () => expect(explain('rename-breaking')).toMatch(/^# .*\n/))
  it('knows the nearest name', () => expect(() => explain('rename-braking')).toThrow('Did you mean rename-breaking?'))
  it('knows the rules of a word, and not of any letter', () => {
    expect(() => explain('truncate')).toThrow('There is no rule truncate. Rules that have it in their name: truncate-cascade.')
    expect(() => explain('qqq')).toThrow('surefoot rules lists them all.')
    expect(() => explain('a')).toThrow('surefoot rules lists them all.')
  })
})
