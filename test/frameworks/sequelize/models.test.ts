import { beforeAll, describe, expect, it } from 'vitest'
import { sequelize } from '../../../src/frameworks/sequelize/index.ts'
import { memoryProject } from '../../../src/project/memory.ts'

beforeAll(() => sequelize.ready())

function declaredIn(files: Record<string, string>) {
  const project = memoryProject({
    'migrations/1.js': `module.exports = { up: (queryInterface) => queryInterface.dropTable('x') }`,
    ...files,
  })
  const history = sequelize.discover(project, { dialect: 'postgres' }).find(({ directory }) => directory === 'migrations')
  const found = sequelize.declared(project, history!)
  return found && new Map([...found.tables].map(([name, { columns }]) => [name, columns && [...columns]]))
}

describe('models that the application declares', () => {
  it('with define, its options and the columns that it adds by itself', () => {
    const found = declaredIn({
      'models/user.js': `module.exports = (sequelize, DataTypes) => sequelize.define('User', {
        mail: DataTypes.STRING, fullName: { type: DataTypes.STRING, field: 'full_name' }, shown: DataTypes.VIRTUAL,
      }, { tableName: 'users', paranoid: true })`,
    })
    expect(found?.get('users')).toEqual(['mail', 'full_name', 'createdAt', 'updatedAt', 'deletedAt'])
  })

  it('with a class and init', () => {
    const found = declaredIn({
      'models/parcel.js': `class Parcel extends Model {}
        Parcel.init({ code: DataTypes.STRING, depotId: DataTypes.INTEGER }, { sequelize, modelName: 'Parcel', underscored: true, timestamps: false })`,
    })
    expect(found?.get('parcels')).toEqual(['code', 'depot_id'])
  })

  it('with decorators of sequelize-typescript', () => {
    const found = declaredIn({
      'models/video.ts': `import { Table, Column, Model } from 'sequelize-typescript'
        @Table({ tableName: 'video', timestamps: false })
        export class VideoModel extends Model<VideoModel> {
          @AllowNull(false) @Column name: string
          @ForeignKey(() => Other) @Column({ field: 'channel_id' }) channelId: number
          other: string
        }`,
    })
    expect(found?.get('video')).toEqual(['name', 'channel_id'])
  })

  it('whose attributes are not all readable are declared without a list of columns', () => {
    const found = declaredIn({ 'models/a.js': `module.exports = (s, D) => s.define('a', { ...common, b: D.STRING }, { tableName: 'a' })` })
    expect(found?.has('a')).toBe(true)
    expect(found?.get('a')).toBeUndefined()
  })

  it('are not those of another package that has migrations of its own', () => {
    const model = (name: string) => `module.exports = (sequelize) => sequelize.define('${name}', {}, { tableName: '${name}' })`
    const found = declaredIn({
      'package.json': '{}',
      'models/keys.js': model('keys'),
      'apps/shop/package.json': '{}',
      'apps/shop/migrations/1.js': `module.exports = { up: (queryInterface) => queryInterface.dropTable('y') }`,
      'apps/shop/models/orders.js': model('orders'),
      'libraries/data/package.json': '{}',
      'libraries/data/models/visits.js': model('visits'),
    })
    expect([...(found?.keys() ?? [])].sort()).toEqual(['keys', 'visits'])
  })

  it('are undefined when there are none', () => {
    expect(declaredIn({ 'models/readme.js': 'module.exports = {}' })).toBeUndefined()
  })
})
