import type { Dialect } from '../../../src/dialects/dialect.ts'
import type { RunnerOptions } from '../../../src/frameworks/framework.ts'
import { knex } from '../../../src/frameworks/knex/index.ts'
import type { Migration } from '../../../src/ir/migration.ts'
import { memoryProject } from '../../../src/project/memory.ts'

/** Loads one migration from its text (`migrations/1_m.js`), with other files beside it. */
export function loadText(
  text: string,
  dialect: Dialect,
  options: { runner?: RunnerOptions; files?: Record<string, string>; settings?: Record<string, unknown> } = {},
): Migration {
  const path = 'migrations/1_m.js'
  const history = {
    framework: 'knex' as const,
    directory: 'migrations',
    dialect: dialect.name,
    dialectBecause: '',
    detectedBecause: '',
    orderBecause: '',
    entries: [],
    skipped: {},
    settings: options.settings ?? {},
  }
  const project = memoryProject({ [path]: text, ...options.files })
  return knex.load({ id: '1_m.js', path }, project, { dialect, version: dialect.latest, runner: options.runner ?? {}, history })
}

/** The body of an `up` as a whole migration. */
export function upWith(body: string): string {
  return `exports.up = async function up(knex) { ${body} }\nexports.down = async function down() {}\n`
}
