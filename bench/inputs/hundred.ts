/**
 * Migrations of a hundred lines as people write them. In Sequelize and TypeORM migrations of 80 to 130 lines of public applications stand 0 to 16 calls, six at the
 * median; these have more than the most. TypeORM's is without types: what a parser of TypeScript takes is none of ours.
 */
export const hundredLines = {
  sql: `-- Invoices: what was ordered, what is owed and until when.
SET lock_timeout = '5s';

CREATE TABLE invoices (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
${lines(12, (i) => `  detail_${i} text NOT NULL DEFAULT '',`)}
  customer_id bigint NOT NULL,
  total numeric(12, 2) NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX invoices_customer_id_idx
  ON invoices (customer_id);

CREATE TABLE invoice_lines (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  invoice_id bigint NOT NULL
    REFERENCES invoices (id),
${lines(8, (i) => `  amount_${i} integer NOT NULL DEFAULT 0,`)}
  position integer NOT NULL
);

CREATE INDEX invoice_lines_invoice_id_idx
  ON invoice_lines (invoice_id);

-- What customers and orders know of them.
${lines(
  8,
  (i) => `ALTER TABLE customers
  ADD COLUMN billing_${i} text;
COMMENT ON COLUMN customers.billing_${i} IS 'For invoices';
`,
)}
ALTER TABLE orders
  ADD COLUMN invoiced boolean NOT NULL DEFAULT false,
  ADD COLUMN invoiced_at timestamptz;

ALTER TABLE orders
  ADD CONSTRAINT orders_invoiced_check
  CHECK (NOT invoiced OR invoiced_at IS NOT NULL);

CREATE INDEX orders_invoiced_at_idx
  ON orders (invoiced_at);
CREATE INDEX orders_invoiced_idx
  ON orders (invoiced, invoiced_at);
CREATE VIEW open_orders AS
  SELECT id
  FROM orders
  WHERE NOT invoiced;
`,
  typeorm: (name: string) => `export class ${name} {
  name = '${name}'

  async up(queryRunner) {
    await queryRunner.query(
      \`CREATE TABLE "invoices" (
        "id" uuid NOT NULL DEFAULT uuid_generate_v4(),
${lines(16, (i) => `        "detail_${i}" character varying NOT NULL DEFAULT '',`)}
        "customerId" uuid NOT NULL,
        "createdAt" TIMESTAMP NOT NULL DEFAULT now(),
        CONSTRAINT "PK_invoices" PRIMARY KEY ("id")
      )\`,
    )
${lines(
  8,
  (i) => `    await queryRunner.query(
      \`ALTER TABLE "customers" ADD "billing_${i}" character varying\`,
    )`,
)}
    await queryRunner.query(
      \`ALTER TABLE "orders" ADD "invoiced" boolean NOT NULL DEFAULT false\`,
    )
    await queryRunner.query(
      \`CREATE INDEX "IDX_orders_invoiced" ON "orders" ("invoiced")\`,
    )
    await queryRunner.query(
      \`ALTER TABLE "invoices" ADD CONSTRAINT "FK_invoices_customer" FOREIGN KEY ("customerId") REFERENCES "customers"("id")\`,
    )
  }

  async down(queryRunner) {
    await queryRunner.query(
      \`ALTER TABLE "invoices" DROP CONSTRAINT "FK_invoices_customer"\`,
    )
    await queryRunner.query(
      \`DROP INDEX "public"."IDX_orders_invoiced"\`,
    )
    await queryRunner.query(
      \`ALTER TABLE "orders" DROP COLUMN "invoiced"\`,
    )
${lines(
  8,
  (i) => `    await queryRunner.query(
      \`ALTER TABLE "customers" DROP COLUMN "billing_${7 - i}"\`,
    )`,
)}
    await queryRunner.query(\`DROP TABLE "invoices"\`)
  }
}
`,
  sequelize: `'use strict'

module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.createTable('invoices', {
      id: {
        type: Sequelize.UUID,
        defaultValue: Sequelize.UUIDV4,
        allowNull: false,
        primaryKey: true,
      },
${lines(
  6,
  (i) => `      detail_${i}: {
        type: Sequelize.STRING,
        allowNull: false,
      },`,
)}
      customer_id: {
        type: Sequelize.UUID,
        references: { model: 'customers', key: 'id' },
        onDelete: 'CASCADE',
      },
      created_at: { type: Sequelize.DATE, allowNull: false },
      updated_at: { type: Sequelize.DATE, allowNull: false },
    })
${lines(
  7,
  (i) => `    await queryInterface.addColumn('customers', 'billing_${i}', {
      type: Sequelize.STRING,
      allowNull: true,
    })`,
)}
    await queryInterface.addColumn('orders', 'invoiced', {
      type: Sequelize.BOOLEAN,
      allowNull: false,
      defaultValue: false,
    })
    await queryInterface.addIndex('orders', ['invoiced'])
    await queryInterface.addIndex('invoices', ['customer_id'])
  },

  async down(queryInterface) {
    await queryInterface.removeIndex('orders', ['invoiced'])
    await queryInterface.removeColumn('orders', 'invoiced')
${lines(7, (i) => `    await queryInterface.removeColumn('customers', 'billing_${6 - i}')`)}
    await queryInterface.dropTable('invoices')
  },
}
`,
} as const

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('\n')
}
