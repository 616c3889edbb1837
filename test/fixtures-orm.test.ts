import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rules } from '../rules/registry.ts'
import { judgeOrmCase, parseOrmCases } from './orm-cases.ts'

const root = join(import.meta.dirname, '../fixtures/cases')

for (const framework of ['sequelize', 'typeorm'] as const) {
  for (const name of readdirSync(join(root, framework)).sort()) {
    if (!name.endsWith('.cases.txt')) continue
    const path = `fixtures/cases/${framework}/${name}`
    describe(path, () => {
      for (const one of parseOrmCases(path, readFileSync(join(root, framework, name), 'utf8'))) {
        it(`${one.title} (line ${one.line})`, async () => {
          const { missed, extra, outcome } = await judgeOrmCase(one, framework, rules)
          const lines = [
            ...missed.map((rule) => `must say ${rule}`),
            ...extra.map(({ rule, file, line, message }) => `must not say ${rule} (${file}:${line}): ${message}`),
            ...outcome.errors.map(({ file, message }) => `${file} could not be judged: ${message}`),
            ...(one.unreadable ? [] : outcome.opaque.map(({ file, line, detail }) => `${file}:${line} was not read: ${detail}`)),
          ]
          expect(lines).toEqual([])
        })
      }
    })
  }
}
