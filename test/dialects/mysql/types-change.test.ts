import { describe, expect, it } from 'vitest'
import { typeChange } from '../../../src/dialects/mysql/type-change.ts'
import { parseType } from '../../../src/dialects/mysql/types.ts'
import { volatility } from '../../../src/dialects/mysql/volatility.ts'
import { schemaWith } from './costs-table.ts'

const before = schemaWith()
const change = (from: string, to: string, flavour: 'mysql' | 'mariadb' = 'mysql') =>
  typeChange(parseType(from), parseType(to), before, flavour === 'mysql' ? [8, 4] : [10, 11], flavour)

describe('changes of type on MySQL', () => {
  it.each([
    ['int', 'integer'],
    ['int(11)', 'int(5)'],
    ['tinyint(1)', 'boolean'],
    ['decimal', 'numeric(10,0)'],
    ['varchar(10)', 'varchar(63)'],
    ['varchar(64)', 'varchar(3000)'],
    ['varchar(64) character set latin1', 'varchar(255) character set latin1'],
    ['varbinary(10)', 'varbinary(255)'],
    ["enum('a','b')", "enum('a','b','c')"],
    ['char', 'char(1)'],
    ['datetime', 'datetime(0)'],
    ['float(8,2)', 'float(20,2)'],
    ['float(8,2)', 'float(12,4)'],
    ['double(8,2)', 'double'],
  ])('%s to %s rewrites nothing', (from, to) => {
    expect(change(from, to)).toMatchObject({ effect: 'free', narrows: false })
  })

  it.each([
    ['int', 'bigint', false],
    ['bigint', 'int', true],
    ['int', 'int unsigned', true],
    ['int unsigned', 'bigint', false],
    ['int unsigned', 'int', true],
    ['int', 'decimal(12,2)', false],
    ['int', 'decimal(8,2)', true],
    ['int', 'varchar(11)', false],
    ['int', 'varchar(10)', true],
    ['decimal(10,2)', 'decimal(12,2)', false],
    ['decimal(10,2)', 'decimal(12,4)', false],
    ['decimal(10,2)', 'decimal(11,4)', true],
    ['decimal(10,2)', 'decimal(10,1)', true],
    ['varchar(63)', 'varchar(64)', false],
    ['varchar(100)', 'varchar(50)', true],
    ['varchar(255)', 'text', false],
    ['text', 'varchar(255)', true],
    ['text', 'mediumtext', false],
    ['datetime', 'datetime(6)', false],
    ['datetime(6)', 'datetime', true],
    ['datetime', 'timestamp', true],
    ['timestamp', 'datetime', false],
    ['datetime', 'date', true],
    ['varchar(20)', 'int', true],
    ['json', 'text', true],
    ["enum('a','b')", "enum('b','a')", false],
    ["enum('a','b')", "enum('a')", true],
    ["enum('a','b')", 'varchar(20)', false],
    ['varchar(20) charset utf8mb4', 'varchar(20) charset latin1', true],
    ['float', 'double', false],
    ['float', 'float(53)', false],
    ['double', 'float', true],
    ['varchar(20)', 'varbinary(20)', 'unknown'],
  ])('%s to %s copies the table; values may not fit: %s', (from, to, narrows) => {
    expect(change(from, to)).toMatchObject({ effect: 'rewrite', narrows })
  })

  it.each([
    ['float', 'float(8,2)'],
    ['float(8,2)', 'float(8,1)'],
    ['double(20,2)', 'double(8,2)'],
  ])('%s to %s rewrites nothing and shows values with fewer digits', (from, to) => {
    expect(change(from, to)).toMatchObject({ effect: 'free', narrows: true })
  })

  it('the second length byte is the reason past 255 bytes', () => {
    expect(change('varchar(20)', 'varchar(100)').because).toBe('a length that can pass 255 bytes needs a second length byte in every row')
    expect(change('varchar(20)', 'varchar(100)', 'mariadb').effect).toBe('free')
    expect(change('varchar(50)', 'varchar(100)', 'mariadb').effect).toBe('rewrite')
  })

  it('a 256th enum label makes every row longer', () => {
    const labels = (count: number) => `enum(${Array.from({ length: count }, (_, i) => `'${i}'`).join(',')})`
    expect(change(labels(254), labels(255)).effect).toBe('free')
    expect(change(labels(255), labels(256))).toMatchObject({ effect: 'rewrite', because: 'so many labels need more bytes in every row' })
  })
})

describe('volatility', () => {
  it('knows the functions that differ from row to row', () => {
    for (const name of ['UUID', 'rand', 'sleep', 'uuid_short', 'sysdate']) expect(volatility(name)).toBe('volatile')
    for (const name of ['now', 'CURRENT_TIMESTAMP', 'curdate']) expect(volatility(name)).toBe('stable')
    for (const name of ['json_array', 'concat', 'upper']) expect(volatility(name)).toBe('immutable')
    for (const name of ['gen_random_uuid', 'my_function', 'constructor']) expect(volatility(name)).toBeUndefined()
  })
})
