import type { Dialect } from '../../../src/dialects/dialect.ts'
import type { RunnerOptions } from '../../../src/frameworks/framework.ts'
import { sequelize } from '../../../src/frameworks/sequelize/index.ts'
import type { Migration } from '../../../src/ir/migration.ts'
import { memoryProject } from '../../../src/project/memory.ts'

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

export { engines, operationsIn } from '../engines.ts'
