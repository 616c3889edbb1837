import { defineRule } from '../../src/rule/define.ts'

export default defineRule({
  id: 'migration-name',
  title: 'Names that disagree with the order',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'Most runners sort by name and work all the same; two of the same number are run in an order that nobody chose.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'Runners order migrations by the number that their name begins or ends with. Two of the same number run in an order that depends on the rest of the name; golang-migrate and Flyway refuse them. TypeORM goes by the class, and refuses one without a timestamp; people read the file name: where the two differ, it runs in another order than it reads.',
  instead: 'Give each migration a number of its own, the same in file and class.',
  unless: 'The tool makes no use of numbers, or the script is run again whenever it changes (Flyway’s R__).',
  sources: [
    'https://documentation.red-gate.com/fd/versioned-migrations-273973333.html',
    'https://typeorm.io/docs/advanced-topics/migrations/',
  ],
  covers: [270, 283],
  equivalents: [],
  messages: {
    twice: '{other} has the number {number} as well: which of the two runs first hangs on the rest of their names.',
    unnumbered: {
      text: 'TypeORM refuses {name}: the name of a migration must end in a timestamp of 13 digits, and until it does no migration runs.',
      severity: 'error',
    },
    differs: 'The class says {number}, the file {other}: TypeORM runs it by the class, which is not where it stands in the folder.',
  },
  on: {
    history(at) {
      const seen = new Map<string, string>()
      for (const { id, path, position, repeatable, exportName } of at.migrations) {
        const file = path.slice(path.lastIndexOf('/') + 1)
        const inFile = versionOf(file) ?? /^(?:V)?(\d{2,})(?=[_.-](?!\d))/i.exec(at.framework === 'prisma' ? id : file)?.[1]
        const span = { file: path, start: 0, end: 0 }
        // It reads a number from the last 13 characters: https://github.com/typeorm/typeorm/blob/master/src/migration/MigrationExecutor.ts
        if (at.framework === 'typeorm' && exportName !== undefined && !Number.parseInt(id.slice(-13), 10))
          at.report(span, 'unnumbered', { name: id }, { migration: position })
        const inClass = at.framework === 'typeorm' ? /(\d{13})$/.exec(exportName ?? id)?.[1] : undefined
        if (inClass !== undefined && inFile?.length === 13 && inClass !== inFile)
          at.report(span, 'differs', { number: inClass, other: inFile }, { migration: position })
        const number = inClass ?? inFile
        if (number === undefined || repeatable) continue
        const key = `${path.slice(0, path.lastIndexOf('/'))} ${number}`
        const other = seen.get(key)
        if (other !== undefined && other !== path)
          at.report(span, 'twice', { other: other.slice(other.lastIndexOf('/') + 1), number }, { migration: position })
        seen.set(key, path)
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'twice',
      files: { 'migrations/001_before.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);' },
      sql: 'CREATE TABLE refunds (id bigint PRIMARY KEY);',
    },
    {
      on: 'postgres',
      says: 'differs',
      framework: 'typeorm',
      files: {},
      file: "export class Orders1700000000999 {\n  async up(queryRunner) { await queryRunner.query('CREATE TABLE orders (id bigint PRIMARY KEY)') }\n  async down(queryRunner) { await queryRunner.query('DROP TABLE orders') }\n}\n",
    },
    {
      on: 'postgres',
      says: 'unnumbered',
      title: 'Seconds in place of milliseconds',
      framework: 'typeorm',
      file: "import { MigrationInterface, QueryRunner } from 'typeorm'\nexport class CreateOrders1704412800 implements MigrationInterface {\n  async up(queryRunner: QueryRunner) { await queryRunner.query('CREATE TABLE orders (id bigint PRIMARY KEY)') }\n  async down(queryRunner: QueryRunner) { await queryRunner.query('DROP TABLE orders') }\n}\n",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'A class that gives its name by itself',
      framework: 'typeorm',
      file: "export class CreateOrders {\n  name = 'CreateOrders1700000000001'\n  async up(queryRunner) { await queryRunner.query('CREATE TABLE orders (id bigint PRIMARY KEY)') }\n  async down(queryRunner) { await queryRunner.query('DROP TABLE orders') }\n}\n",
    },
    {
      on: 'postgres',
      title: 'Dates',
      sql: 'CREATE TABLE refunds (id bigint PRIMARY KEY);',
      files: {
        'migrations/2024.03.01.orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);',
        'migrations/2024.03.02.carts.sql': 'CREATE TABLE carts (id bigint PRIMARY KEY);',
      },
    },
    { on: 'postgres', history: ['CREATE TABLE orders (id bigint PRIMARY KEY);'], sql: 'CREATE TABLE refunds (id bigint PRIMARY KEY);' },
  ],
})

/** The version of a script of Flyway, to which `V01_2__` is `V1.2__`, or of golang-migrate, whose numbers may have one digit. */
function versionOf(file: string): string | undefined {
  const flyway = /^V(\d+(?:[._]\d+)*)__.*\.sql$/i.exec(file)?.[1]
  if (flyway !== undefined)
    return flyway
      .split(/[._]/)
      .map((part) => part.replace(/^0+(?=\d)/, ''))
      .join('.')
  return /^(\d+)_.*\.up\.sql$/.exec(file)?.[1]
}
