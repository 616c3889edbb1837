import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DialectName } from '../../src/ir/names.ts'
import type { Profile } from '../../src/rule/finding.ts'
import { lay, parseCases, type SqlCase } from '../sql-cases.ts'
import { checked, copy, linted, withFolder, write } from './same.ts'

const fixtures = join(import.meta.dirname, '../../fixtures')
const projects = join(fixtures, 'projects')

interface Expected {
  readonly profile: Profile
  readonly settings?: object
}

const folders = readdirSync(projects, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('expected.json'))
  .map((path) => relative(projects, dirname(join(projects, path))).replaceAll('\\', '/'))
  .sort()

function json(path: string): object {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as object
  } catch {
    return {}
  }
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.(?:sql|[cm]?[jt]s)$/.test(path) && !path.includes('node_modules/'))
}

describe('ESLint finds in a project what the command finds in it, file by file and to the character', () => {
  let findings = 0
  it.each(folders)('%s', (name) =>
    withFolder(async (folder) => {
      copy(join(projects, name), folder)
      const expected = json(join(folder, 'expected.json')) as Expected
      rmSync(join(folder, 'expected.json'))
      write(folder, { 'surefoot.json': JSON.stringify({ ...json(join(folder, 'surefoot.json')), ...expected.settings }) })
      for (const profile of new Set<Profile>([expected.profile, 'style']))
        for (const path of filesIn(folder)) {
          const wanted = await checked(folder, path, profile)
          findings += wanted.length
          expect([path, ...linted(folder, path, readFileSync(join(folder, path), 'utf8'), profile)]).toEqual([path, ...wanted])
        }
    }),
  )

  it('and that is not nothing', () => expect(findings).toBeGreaterThan(200))
})

/** The configuration of a case of fixtures/sql, as a user would write it. */
function configOf(one: SqlCase, dialect: DialectName): object {
  const version = one.flags.get('version')
  const transaction = one.flags.get('runner')
  return {
    projects: [
      {
        framework: one.flags.has('prisma') ? 'prisma' : 'raw-sql',
        dialect,
        ...(version === undefined ? {} : { serverVersion: version }),
        ...(transaction === undefined ? {} : { runner: { transaction } }),
        ...(one.flags.has('bounded') ? { timeouts: 'set-by-runner' } : {}),
      },
    ],
  }
}

describe('ESLint finds in every case of fixtures/sql what the command finds in it', () => {
  const root = join(fixtures, 'sql')
  for (const dialect of readdirSync(root).sort() as DialectName[]) {
    const files = readdirSync(join(root, dialect)).filter((name) => name.endsWith('.sql'))
    it.each(files.sort())(`${dialect}/%s`, { timeout: 120_000 }, async (name) => {
      const cases = parseCases(name, readFileSync(join(root, dialect, name), 'utf8'))
      for (const one of cases)
        await withFolder(async (folder) => {
          const { files: texts, judged } = lay(one, dialect)
          const prisma = one.flags.get('prisma')
          const manifest = { name: 'case', ...(prisma ? { dependencies: { prisma } } : {}) }
          write(folder, { ...texts, 'package.json': JSON.stringify(manifest), 'surefoot.json': JSON.stringify(configOf(one, dialect)) })
          for (const path of judged) {
            const wanted = await checked(folder, path, 'style')
            expect([one.title, path, ...linted(folder, path, texts[path]!, 'style')]).toEqual([one.title, path, ...wanted])
          }
        })
    })
  }
})
