import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rules } from '../rules/registry.ts'
import type { DialectName } from '../src/ir/names.ts'
import { judgeCase, parseCases } from './sql-cases.ts'

const root = join(import.meta.dirname, '../fixtures/sql')

for (const dialect of readdirSync(root).sort() as DialectName[]) {
  for (const name of readdirSync(join(root, dialect)).sort()) {
    if (!name.endsWith('.sql')) continue
    const path = `fixtures/sql/${dialect}/${name}`
    describe(path, () => {
      for (const one of parseCases(path, readFileSync(join(root, dialect, name), 'utf8'))) {
        it(`${one.title} (line ${one.line})`, async () => {
          const { missed, extra, outcome } = await judgeCase(one, dialect, rules)
          const lines = [
            ...missed.map(({ rule, line }) => `${path}:${line} must say ${rule}`),
            ...extra.map(({ rule, line, message }) => `${path}:${line} must not say ${rule}: ${message}`),
            ...outcome.errors.map(({ file, message }) => `${path}: ${file} could not be judged: ${message}`),
            ...(one.flags.has('unreadable')
              ? []
              : outcome.opaque.map(({ line, detail }) => `${path}: line ${line} was not read: ${detail}`)),
          ]
          expect(lines).toEqual([])
        })
      }
    })
  }
}
