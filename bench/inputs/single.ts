/** One migration for each kind of cold start: small, as most are when somebody checks the file that they have just written. */
export const postgresFile = `-- Orders know their customer.
ALTER TABLE orders ADD COLUMN customer_id bigint;
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id);
CREATE INDEX orders_customer_id ON orders (customer_id);
UPDATE orders SET customer_id = 0 WHERE customer_id IS NULL;
ALTER TABLE orders ALTER COLUMN customer_id SET NOT NULL;
`

export const mysqlFile = `-- Orders know their customer.
ALTER TABLE \`orders\` ADD COLUMN \`customer_id\` bigint unsigned NULL AFTER \`id\`;
ALTER TABLE \`orders\` ADD CONSTRAINT \`orders_customer_fk\` FOREIGN KEY (\`customer_id\`) REFERENCES \`customers\` (\`id\`);
ALTER TABLE \`orders\` MODIFY COLUMN \`status\` varchar(500) NOT NULL DEFAULT 'open';
UPDATE \`orders\` SET \`customer_id\` = 0 WHERE \`customer_id\` IS NULL;
`

export const sqliteFile = `-- Orders know their customer.
ALTER TABLE "orders" ADD COLUMN "customer_id" INTEGER REFERENCES "customers" ("id");
CREATE INDEX "orders_customer_id" ON "orders" ("customer_id");
CREATE TABLE "notes" ("id" INTEGER PRIMARY KEY AUTOINCREMENT, "body" TEXT NOT NULL);
DROP TABLE "old_notes";
`

export const sequelizeFile = `'use strict'

module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.addColumn('orders', 'customer_id', { type: Sequelize.BIGINT, allowNull: true })
    await queryInterface.addIndex('orders', ['customer_id'], { name: 'orders_customer_id' })
    await queryInterface.changeColumn('orders', 'status', { type: Sequelize.STRING(500), allowNull: false })
  },
  async down(queryInterface) {
    await queryInterface.removeIndex('orders', 'orders_customer_id')
    await queryInterface.removeColumn('orders', 'customer_id')
  },
}
`

export const typeormFile = `import { MigrationInterface, QueryRunner } from 'typeorm'

export class OrdersCustomer1700000000001 implements MigrationInterface {
  name = 'OrdersCustomer1700000000001'

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(\`ALTER TABLE "orders" ADD "customer_id" bigint\`)
    await queryRunner.query(\`CREATE INDEX "IDX_orders_customer_id" ON "orders" ("customer_id")\`)
    await queryRunner.query(\`ALTER TABLE "orders" ADD CONSTRAINT "FK_orders_customer" FOREIGN KEY ("customer_id") REFERENCES "customers"("id")\`)
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(\`ALTER TABLE "orders" DROP CONSTRAINT "FK_orders_customer"\`)
    await queryRunner.query(\`DROP INDEX "IDX_orders_customer_id"\`)
    await queryRunner.query(\`ALTER TABLE "orders" DROP COLUMN "customer_id"\`)
  }
}
`
