import { beforeAll, describe, expect, it } from 'vitest'
import { operations, ready } from './reading.ts'

beforeAll(ready)

const files = {
  'src/base.ts': "import { Column } from 'typeorm'\nexport abstract class Base { @Column({ name: 'created_at' }) createdAt: Date }",
  'src/user.ts': `import { Entity, PrimaryColumn, Column, ManyToOne, JoinColumn } from 'typeorm'
    import { Base } from './base'
    @Entity('users') export class User extends Base {
      @PrimaryColumn() id: string
      @Column({ name: 'e_mail' }) email: string
      @Column() nick: string
      @ManyToOne(() => Team) @JoinColumn({ name: 'team_id' }) team: Team
    }`,
}
const before = "import { User } from '../user'"
const of = (body: string) => operations(body, { files, before })

describe('a property of an entity', () => {
  it.each([
    ["await queryRunner.manager.update(User, { email: 'a' }, { email: 'b', nick: 'c', createdAt: new Date() })"],
    ["await queryRunner.manager.getRepository(User).update({ email: 'a' }, { email: 'b', nick: 'c', createdAt: new Date() })"],
    [
      "await queryRunner.manager.createQueryBuilder().update(User).set({ email: 'b', nick: 'c', createdAt: new Date() }).where({ email: 'a' }).execute()",
    ],
  ])('is its column in an update: %s', (body) => {
    expect(of(body)).toMatchObject([
      {
        kind: 'update',
        table: { name: 'users' },
        set: [{ column: 'e_mail' }, { column: 'nick' }, { column: 'created_at' }],
        where: { terms: [{ column: 'e_mail' }], columns: ['e_mail'] },
      },
    ])
  })

  it('is its column in an insert, a delete and a read', () => {
    expect(of("await queryRunner.manager.insert(User, { id: '1', email: 'a', team: 3 })")).toMatchObject([
      { kind: 'insert', columns: ['id', 'e_mail', 'team_id'] },
    ])
    expect(of("await queryRunner.manager.delete(User, { email: 'a' })")).toMatchObject([
      { kind: 'delete', where: { terms: [{ column: 'e_mail' }] } },
    ])
    expect(of('await queryRunner.manager.find(User, { where: { createdAt: new Date() } })')).toMatchObject([
      { kind: 'select', query: { where: { terms: [{ column: 'created_at' }] } } },
    ])
  })

  it('is its column in the text of a condition', () => {
    const body = "await queryRunner.manager.createQueryBuilder().delete().from(User).where('createdAt < :day', { day: 1 }).execute()"
    expect(of(body)).toMatchObject([{ kind: 'delete', where: { terms: [{ column: 'created_at' }] } }])
  })

  it('keeps its name in tables that no entity declares', () => {
    expect(of("await queryRunner.manager.update('others', { email: 'a' }, { email: 'b' })")).toMatchObject([
      { kind: 'update', set: [{ column: 'email' }], where: { terms: [{ column: 'email' }] } },
    ])
  })
})
