import { atLeast, type Version } from '../dialects/dialect.ts'

/** What only an extension brings: functions, types and classes of operators, as https://www.postgresql.org/docs/current/contrib.html lists them. */
const brought: readonly (readonly [string, RegExp])[] = [
  // TypeORM gives such a column uuid_generate_v4(), and creates the extension for entities only.
  ['uuid-ossp', /\buuid_(?:generate_v(?:1mc|[1345])|nil|ns_(?:dns|url|oid|x500))\b|\bgenerationStrategy\s*:\s*['"`]uuid['"`]/i],
  ['pgcrypto', /\b(?:gen_random_bytes|gen_salt|pgp_(?:sym|pub)_(?:en|de)crypt\w*|armor|dearmor)\b|\b(?:crypt|digest|hmac)\s*\(/i],
  ['citext', /\bcitext\b/i],
  ['hstore', /\bhstore\b/i],
  ['ltree', /\b(?:ltree|lquery)\b/i],
  ['pg_trgm', /\b(?:gin|gist)_trgm_ops\b|\b(?:word_|strict_word_)?similarity\s*\(|\bshow_trgm\b/i],
  ['unaccent', /\bunaccent\s*\(/i],
  ['earthdistance', /\b(?:ll_to_earth|earth_distance|earth_box)\b/i],
  ['btree_gist', /\bexclude\s+using\s+gist\s*\([^;]*?\bwith\s*=(?![>=])/i],
  ['postgis', /\b(?:geometry|geography)\s*\(\s*(?:point|linestring|polygon|multi\w+|geometry\w*)\b|\bST_[A-Z]\w+\s*\(/i],
  ['vector', /\b(?:vector|halfvec|sparsevec)\s*\(\s*\d+\s*\)|\bvector_(?:l2|ip|cosine)_ops\b/i],
]

/** Built in since PostgreSQL 13. */
const randomUuid = /\bgen_random_uuid\b/i

/** The extensions that texts of migrations use for PostgreSQL of this version, by what they name. */
export function extensionsUsed(texts: readonly string[], version: Version): readonly string[] {
  const uses = (pattern: RegExp) => texts.some((text) => pattern.test(text))
  const used = brought.filter(([, pattern]) => uses(pattern)).map(([name]) => name)
  if (!used.includes('pgcrypto') && !atLeast(version, 13) && uses(randomUuid)) used.push('pgcrypto')
  return used.sort()
}
