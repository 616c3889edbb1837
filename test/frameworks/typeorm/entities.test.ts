import { beforeAll, describe, expect, it } from 'vitest'
import { typeorm } from '../../../src/frameworks/typeorm/index.ts'
import { optionsFor, ready } from './reading.ts'

beforeAll(ready)

const migration = { 'src/migrations/1.ts': 'export class A1700000000001 { async up(queryRunner) {} }' }

function declared(files: Readonly<Record<string, string>>) {
  const { project, history } = optionsFor('postgres', { ...migration, ...files })
  const found = typeorm.declared(project, history)
  return (
    found &&
    Object.fromEntries([...found.tables].map(([table, { columns, model }]) => [table, { model, columns: columns && [...columns] }]))
  )
}

describe('what entities declare', () => {
  it('is tables by their written or default name, and columns by property or option', () => {
    const files = {
      'src/user.entity.ts': `
        @Entity('app_users') export class User extends BaseEntity {
          @PrimaryGeneratedColumn() id: number
          @Column({ name: 'e_mail' }) email: string
          @Column('varchar', { name: 'nick' }) nickname: string
          @CreateDateColumn() createdAt: Date
          @ManyToOne(() => Team, (team) => team.users) team: Team
          @ManyToOne(() => Team) @JoinColumn({ name: 'boss_id' }) boss: Team
          @OneToMany(() => Post, (post) => post.user) posts: Post[]
          notAColumn = 1
        }
        @Entity() export class OrderItem { @PrimaryColumn() id: string }
        @Entity({ name: 'teams', schema: 'app' }) export class Team { @Column() title: string }`,
    }
    expect(declared(files)).toEqual({
      app_users: { model: 'User', columns: ['id', 'e_mail', 'nick', 'createdAt', 'teamId', 'boss_id'] },
      order_item: { model: 'OrderItem', columns: ['id'] },
      teams: { model: 'Team', columns: ['title'] },
    })
  })

  it('is not what another package declares that has migrations of its own', () => {
    const files = {
      'package.json': '{}',
      'src/user.ts': `@Entity('users') export class User { @Column() name: string }`,
      'tools/domain/package.json': '{}',
      'tools/domain/src/team.ts': `@Entity('teams') export class Team { @Column() title: string }`,
      'tools/reports/package.json': '{}',
      'tools/reports/migrations/1.ts': 'export class B1700000000002 { async up(queryRunner) {} }',
      'tools/reports/src/report.ts': `@Entity('reports') export class Report { @Column() title: string }`,
    }
    expect(Object.keys(declared(files) ?? {}).sort()).toEqual(['teams', 'users'])
  })

  it('takes the columns of parent classes, in other files too', () => {
    const files = {
      'src/base.ts': 'export abstract class Base { @PrimaryColumn() id: string; @UpdateDateColumn() updatedAt: Date }',
      'src/cat.ts': `@Entity('cats') export class Cat extends Base { @Column() name: string }`,
    }
    expect(declared(files)).toEqual({ cats: { model: 'Cat', columns: ['name', 'id', 'updatedAt'] } })
  })

  it('does not pretend to know columns behind embedded objects, unknown parents or a naming strategy', () => {
    expect(declared({ 'src/a.ts': `@Entity('a') class A { @Column(() => Address) home: Address }` })).toEqual({
      a: { model: 'A', columns: undefined },
    })
    expect(declared({ 'src/b.ts': `import { Base } from 'elsewhere'\n@Entity('b') class B extends Base { @Column() x: number }` })).toEqual(
      { b: { model: 'B', columns: undefined } },
    )
    const strategy = `new DataSource({ type: 'postgres', migrations: ['src/migrations/*.ts'], namingStrategy: new SnakeNamingStrategy() })`
    expect(declared({ 'src/data-source.ts': strategy, 'src/c.ts': `@Entity('c') class C { @Column() someThing: number }` })).toEqual({
      c: { model: 'C', columns: undefined },
    })
  })

  it('reads entity schemas', () => {
    const text = `module.exports = new EntitySchema({ name: 'Photo', tableName: 'photos', columns: { id: { type: Number }, takenAt: { name: 'taken_at', type: Date } } })`
    expect(declared({ 'src/photo.js': text })).toEqual({ photos: { model: 'Photo', columns: ['id', 'taken_at'] } })
  })

  it('is nothing where there are none, or their names are computed', () => {
    expect(declared({ 'src/a.ts': 'export class A { name: string }' })).toBeUndefined()
    expect(declared({ 'src/a.ts': '@Entity(prefix("a")) export class A { @Column() name: string }' })).toBeUndefined()
  })
})
