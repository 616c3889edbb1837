import { describe, expect, it } from 'vitest'
import { charsetOf, isSerial, lacksLength, missingType, parseType } from '../../../src/dialects/mysql/types.ts'
import { emptySchema } from '../../../src/schema/edit.ts'

const nothing = emptySchema({ defaultSchema: undefined, fold: (name) => name })

describe('the canonical name is the one SHOW CREATE TABLE prints', () => {
  it.each([
    ['INTEGER', 'int'],
    ['int4', 'int'],
    ['int8', 'bigint'],
    ['middleint', 'mediumint'],
    ['DEC(10,2)', 'decimal'],
    ['NUMERIC', 'decimal'],
    ['fixed', 'decimal'],
    ['real', 'double'],
    ['Double  Precision', 'double'],
    ['float8', 'double'],
    ['character varying(3)', 'varchar'],
    ['national varchar(3)', 'varchar'],
    ['nchar varying(3)', 'varchar'],
    ['nvarchar(3)', 'varchar'],
    ['national character(3)', 'char'],
    ['long varchar', 'mediumtext'],
    ['long varbinary', 'mediumblob'],
    ['char(3) byte', 'binary'],
    ['tinytext', 'tinytext'],
  ])('%s is %s', (text, name) => {
    expect(parseType(text).name).toBe(name)
  })

  it('BOOLEAN is TINYINT(1)', () => {
    expect(parseType('boolean')).toMatchObject({ name: 'tinyint', args: ['1'] })
    expect(parseType('BOOL DEFAULT')).toMatchObject({ name: 'tinyint', args: ['1'] })
  })

  it('SERIAL is BIGINT UNSIGNED', () => {
    const type = parseType('SERIAL')
    expect(type).toMatchObject({ name: 'bigint', unsigned: true, text: 'SERIAL' })
    expect(isSerial(type)).toBe(true)
  })
})

describe('what follows the name', () => {
  it('arguments and UNSIGNED are read', () => {
    expect(parseType('DECIMAL( 10 , 2 ) UNSIGNED')).toMatchObject({ name: 'decimal', args: ['10', '2'], unsigned: true })
    expect(parseType('int(11)').unsigned).toBeUndefined()
    expect(parseType('int zerofill').unsigned).toBe(true)
  })

  it('labels are unquoted, with commas, doubled quotes and backslashes', () => {
    expect(parseType(`enum('a','b,c','it''s', "x)", 'q\\'r') NOT NULL`).labels).toEqual(['a', 'b,c', "it's", 'x)', "q'r"])
    expect(parseType("SET('r','w')")).toMatchObject({ name: 'set', labels: ['r', 'w'] })
  })

  it('a character set or collation is found', () => {
    expect(charsetOf(parseType('varchar(10) CHARACTER SET latin1 COLLATE latin1_bin'))).toBe('latin1')
    expect(charsetOf(parseType('varchar(10) charset ascii'))).toBe('ascii')
    expect(charsetOf(parseType('varchar(10) collate utf8mb4_unicode_ci'))).toBe('utf8mb4')
    expect(charsetOf(parseType("enum('charset latin1')"))).toBeUndefined()
  })

  it('text that is no type does not throw', () => {
    for (const text of ['', '(', "enum('a", 'varchar(', '🙂', '  ', ')(', 'constructor', '__proto__(1)'])
      expect(() => parseType(text)).not.toThrow()
    expect(parseType('constructor').name).toBe('constructor')
  })

  it('VARCHAR without a length is refused by the server', () => {
    expect(lacksLength(parseType('varchar'))).toBe(true)
    expect(lacksLength(parseType('varchar(10)'))).toBe(false)
    expect(lacksLength(parseType('char'))).toBe(false)
  })
})

describe('types of other engines are named as such', () => {
  const missing = (text: string, flavour: 'mysql' | 'mariadb', ...version: number[]) =>
    missingType(parseType(text), nothing, version, flavour)

  it.each([
    ['jsonb', 'JSONB is a PostgreSQL type'],
    ['timestamptz', 'TIMESTAMPTZ is a PostgreSQL type'],
    ['timestamp with time zone', 'TIMESTAMPTZ is a PostgreSQL type'],
    ['timestamp without time zone', 'TIMESTAMP WITHOUT TIME ZONE is a PostgreSQL type'],
    ['bytea', 'BYTEA is a PostgreSQL type'],
    ['serial4', 'SERIAL4 is a PostgreSQL type'],
    ['bigserial', 'BIGSERIAL is a PostgreSQL type'],
    ['text[]', 'arrays such as text[] exist in PostgreSQL only'],
    ['interval', 'INTERVAL is a PostgreSQL type'],
    ['citext', 'CITEXT is a PostgreSQL type'],
    ['datetime2', 'DATETIME2 is a SQL Server type'],
    ['uuid', 'UUID is a PostgreSQL and MariaDB type'],
    ['inet6', 'INET6 is a MariaDB type'],
    ['mood', 'MySQL has no type MOOD'],
  ])('%s: %s', (text, sentence) => {
    expect(missing(text, 'mysql', 8, 4)).toBe(sentence)
  })

  it.each([
    'serial',
    'boolean',
    'double precision',
    'json',
    'datetime(6)',
    'timestamp(3)',
    'year',
    "enum('a')",
    'int4',
    'tinyint(1)',
    'nvarchar(20)',
    'long varchar',
    'geometry',
    'varchar(20) character set latin1',
    'surefoot_hole_0_',
  ])('%s is at home in both engines', (text) => {
    expect(missing(text, 'mysql', 8, 4)).toBeUndefined()
    expect(missing(text, 'mariadb', 10, 11)).toBeUndefined()
  })

  it('UUID came with MariaDB 10.7, VECTOR with MySQL 9.0 and MariaDB 11.7', () => {
    expect(missing('uuid', 'mariadb', 10, 11)).toBeUndefined()
    expect(missing('uuid', 'mariadb', 10, 6)).toBe('UUID exists since MariaDB 10.7')
    expect(missing('vector(3)', 'mysql', 9, 1)).toBeUndefined()
    expect(missing('vector(3)', 'mysql', 8, 4)).toBe('VECTOR exists since MySQL 9.0')
    expect(missing('vector(3)', 'mariadb', 10, 11)).toBe('VECTOR exists since MariaDB 11.7')
  })
})
