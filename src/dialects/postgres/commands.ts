import type { ObjectType } from 'libpg-query'

/** Object kinds whose SQL words are not the parser's name for them. */
const words: Readonly<Partial<Record<ObjectType, string>>> = {
  OBJECT_MATVIEW: 'MATERIALIZED VIEW',
  OBJECT_FDW: 'FOREIGN DATA WRAPPER',
  OBJECT_FOREIGN_SERVER: 'SERVER',
  OBJECT_OPCLASS: 'OPERATOR CLASS',
  OBJECT_OPFAMILY: 'OPERATOR FAMILY',
  OBJECT_STATISTIC_EXT: 'STATISTICS',
  OBJECT_TABCONSTRAINT: 'CONSTRAINT',
  OBJECT_DOMCONSTRAINT: 'CONSTRAINT',
  OBJECT_TSCONFIGURATION: 'TEXT SEARCH CONFIGURATION',
  OBJECT_TSDICTIONARY: 'TEXT SEARCH DICTIONARY',
  OBJECT_TSPARSER: 'TEXT SEARCH PARSER',
  OBJECT_TSTEMPLATE: 'TEXT SEARCH TEMPLATE',
  OBJECT_LARGEOBJECT: 'LARGE OBJECT',
}

/** An object kind in SQL's words: `MATERIALIZED VIEW`. */
export function objectWords(type: ObjectType | undefined): string {
  if (type === undefined) return ''
  return words[type] ?? type.slice('OBJECT_'.length).replaceAll('_', ' ')
}

/** `DROP` and an object kind: `DROP POLICY`. */
export function commandOf(verb: string, type: ObjectType | undefined): string {
  return `${verb} ${objectWords(type)}`
}
