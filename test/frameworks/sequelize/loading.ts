import type { Dialect } from '../../../src/dialects/dialect.ts'
import type { RunnerOptions } from '../../../src/frameworks/framework.ts'
import { sequelize } from '../../../src/frameworks/sequelize/index.ts'
import type { Migration, Script } from '../../../src/ir/migration.ts'
import type { DialectName } from '../../../src/ir/names.ts'
import type { Operation } from '../../../src/ir/operation.ts'
import { memoryProject } from '../../../src/project/memory.ts'
import { engines, operationsIn } from '../engines.ts'

/** The engines' rooms, ready to read. */
export const all = await engines()

/** Loads one migration from its text (`migrations/1-m.js`), with other files beside it. */
export function loadText(
  text: string,
  dialect: Dialect,
  options: { runner?: RunnerOptions; files?: Record<string, string>; path?: string; settings?: Record<string, unknown> } = {},
): Migration {
  const path = options.path ?? 'migrations/1-m.js'
  const project = memoryProject({ [path]: text, ...options.files })
  const history = {
    framework: 'sequelize' as const,
    directory: 'migrations',
    dialect: dialect.name,
    dialectBecause: '',
    detectedBecause: '',
    orderBecause: '',
    entries: [],
    skipped: {},
    settings: options.settings ?? {},
  }
  return sequelize.load({ id: '1-m.js', path }, project, { dialect, version: dialect.latest, runner: options.runner ?? {}, history })
}

/** The body of an `up` as a whole migration. */
export function upWith(body: string): string {
  return `module.exports = { async up(queryInterface, Sequelize) { const sequelize = queryInterface.sequelize; ${body} }, async down() {} }`
}

export { operationsIn }

type LoadTextOptions = Parameters<typeof loadText>[2]

/** The `up` of a migration with this body. */
export function up(body: string, dialect: DialectName = 'postgres', options: LoadTextOptions = {}): Script {
  return loadText(upWith(body), all[dialect], options).up
}

/** What it does. */
export function operations(body: string, dialect: DialectName = 'postgres', options: LoadTextOptions = {}): readonly Operation[] {
  return operationsIn(up(body, dialect, options))
}
