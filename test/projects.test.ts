import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { check } from '../src/pipeline/check.ts'
import { type Expected, fixtureProject, folders, home } from './fixture-projects.ts'

describe('a project of each kind says what a reviewer would say, and no more', () => {
  it.each(folders)('%s', async (name) => {
    const { expected, options } = fixtureProject(name)
    const { outcome } = await check(options)
    const line = (found: Expected['findings'][number]) => `${found.file}:${found.line} ${found.direction} ${found.rule}`
    expect(outcome.findings.map(line).sort()).toEqual(expected.findings.map(line).sort())
    expect(outcome.opaque).toEqual([])
    expect(outcome.errors).toEqual([])
  })

  it('every project of fixtures/projects says what it expects', () => {
    const projects = readdirSync(home, { withFileTypes: true }).flatMap((framework) =>
      framework.name === 'demo' ? ['demo'] : readdirSync(join(home, framework.name)).map((project) => `${framework.name}/${project}`),
    )
    expect(projects.filter((project) => !folders.includes(project))).toEqual([])
  })
})
