const volatileNames = new Set(['random', 'randomblob', 'changes', 'total_changes', 'last_insert_rowid', 'load_extension'])

/** One value for the whole statement: the clock. `date('now')` and its kin are these too, because what they are given is not seen here. */
const stableNames = new Set(
  'current_timestamp current_date current_time datetime date time julianday strftime unixepoch timediff sqlite_version sqlite_source_id'.split(
    ' ',
  ),
)

const immutableNames = new Set(
  (
    'abs char coalesce concat concat_ws format glob hex if ifnull iif instr length like likelihood likely lower ltrim max min nullif ' +
    'octet_length printf quote replace round rtrim sign soundex substr substring trim typeof unhex unicode unistr unistr_quote unlikely ' +
    'upper zeroblob cast json jsonb json_array jsonb_array json_array_length json_error_position json_extract jsonb_extract json_insert ' +
    'jsonb_insert json_object jsonb_object json_patch jsonb_patch json_pretty json_remove jsonb_remove json_replace jsonb_replace json_set ' +
    'jsonb_set json_type json_valid json_quote acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 ' +
    'log2 mod pi pow power radians sin sinh sqrt tan tanh trunc'
  ).split(' '),
)

/**
 * How often a function gives new values; undefined: not a function that SQLite ships. Source: https://www.sqlite.org/lang_corefunc.html
 * and its sister pages. ADD COLUMN refuses every default that is not a literal once the table has rows, stable ones too.
 */
export function volatility(name: string): 'immutable' | 'stable' | 'volatile' | undefined {
  const key = name.toLowerCase()
  if (volatileNames.has(key)) return 'volatile'
  if (stableNames.has(key)) return 'stable'
  return immutableNames.has(key) ? 'immutable' : undefined
}
