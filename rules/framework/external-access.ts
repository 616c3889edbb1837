import { defineRule, type Operation } from '../../src/rule/define.ts'

export default defineRule({
  id: 'external-access',
  title: 'Migration that asks the network or starts a program',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'It works for as long as the other side answers as it did when the migration was written.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A migration runs on every database there will be: a colleague’s, the test server’s, next year’s. What it fetches differs from one to the other and may be gone; a program that it starts may be missing in the image; and none of it is undone when the transaction rolls back. It cannot be rehearsed either.',
  instead: 'Keep what is needed as a file beside the migration, or do it in a job that the application runs after it.',
  unless: 'A file of the project is read (an .sql or .json file beside the migration).',
  sources: ['https://martinfowler.com/articles/evodb.html#AllDatabaseArtifactsAreVersionControlledWithApplicationCode'],
  covers: [277, 305],
  equivalents: [],
  messages: {
    asks: 'The migration asks the network by {expression}: another database, or another day, gets another answer.',
    starts: {
      text: 'The migration starts another program by {expression}: what that does is not rolled back, and what it reads is not versioned.',
    },
  },
  on: {
    external(external, at) {
      if (external.what === 'timer' || isRepeated(external, at.earlier)) return
      at.report(external, external.what === 'network' ? 'asks' : 'starts', { expression: external.expression })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'asks',
      typeorm:
        "const response = await fetch('https://rates.example.org')\nconst { rate } = await response.json()\nawait queryRunner.query('UPDATE settings SET rate = $1 WHERE id = 1', [rate])",
    },
    {
      on: 'mysql',
      says: 'asks',
      file: "const axios = require('axios')\n\nmodule.exports = {\n  async up(queryInterface) {\n    const { data } = await axios.get('https://rates.example.org')\n    await queryInterface.bulkInsert('rates', data)\n  },\n  async down(queryInterface) {\n    await queryInterface.bulkDelete('rates', { day: 1 })\n  },\n}\n",
      framework: 'sequelize',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'A file beside the migration',
      file: "const fs = require('fs')\nconst path = require('path')\n\nmodule.exports = {\n  async up(queryInterface) {\n    await queryInterface.sequelize.query(fs.readFileSync(path.join(__dirname, 'views.sql'), 'utf8'))\n  },\n  async down() {\n    throw new Error('forward only')\n  },\n}\n",
      framework: 'sequelize',
      files: { 'migrations/views.sql': 'CREATE OR REPLACE VIEW open_orders AS SELECT id FROM orders;' },
    },
    {
      on: 'postgres',
      title: 'A pause between batches',
      typeorm: "await new Promise((resolve) => setTimeout(resolve, 100))\nawait queryRunner.query('SELECT 1')",
    },
  ],
})

/** The same call was met before: in a loop, or in a helper. */
function isRepeated(external: Operation, earlier: readonly { readonly operation: Operation }[]): boolean {
  return earlier.some(
    ({ operation }) =>
      operation.kind === 'external' && operation.span.start === external.span.start && operation.span.file === external.span.file,
  )
}
