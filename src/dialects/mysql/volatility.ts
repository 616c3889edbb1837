/** Functions that give a new value for every row or call. Source: the non-deterministic functions of the MySQL 8.4 manual, 19.2.1.3 and 14; MariaDB's own added. */
const volatileNames = new Set(
  (
    'uuid uuid_short uuid_v4 uuid_v7 rand random_bytes sleep sysdate nextval lastval setval get_lock release_lock release_all_locks ' +
    'is_free_lock is_used_lock load_file benchmark master_pos_wait source_pos_wait wait_for_executed_gtid_set master_gtid_wait ' +
    'row_count found_rows encrypt'
  ).split(' '),
)

/** Functions that give one value for the whole statement. */
const stableNames = new Set(
  (
    'now current_timestamp localtime localtimestamp current_date curdate current_time curtime utc_timestamp utc_date utc_time ' +
    'unix_timestamp current_user current_role user session_user system_user database schema connection_id version last_insert_id ' +
    'from_unixtime convert_tz statement_digest ps_current_thread_id'
  ).split(' '),
)

/** Functions of their arguments only. */
const immutableNames = new Set(
  (
    'abs acos adddate addtime aes_decrypt aes_encrypt ascii asin atan atan2 bin bin_to_uuid bit_count bit_length cast ceil ceiling char ' +
    'char_length character_length coalesce collation charset compress concat concat_ws conv convert cos cot crc32 crc32c date date_add ' +
    'date_format date_sub datediff day dayname dayofmonth dayofweek dayofyear degrees elt exp export_set extract field find_in_set floor ' +
    'format from_base64 from_days geomfromtext greatest hex hour if ifnull inet6_aton inet6_ntoa inet_aton inet_ntoa insert instr interval ' +
    'is_uuid isnull json_array json_array_append json_array_insert json_compact json_contains json_contains_path json_depth json_detailed ' +
    'json_exists json_extract json_insert json_keys json_length json_loose json_merge json_merge_patch json_merge_preserve json_normalize ' +
    'json_object json_overlaps json_pretty json_query json_quote json_remove json_replace json_search json_set json_type json_unquote ' +
    'json_valid json_value last_day lcase least left length ln locate log log10 log2 lower lpad ltrim make_set makedate maketime md5 ' +
    'microsecond mid minute mod month monthname nullif oct octet_length ord period_add period_diff pi point polygon linestring position pow ' +
    'power quarter quote radians regexp_instr regexp_like regexp_replace regexp_substr repeat replace reverse right round rpad rtrim ' +
    'sec_to_time second sha sha1 sha2 sign sin soundex space sqrt st_geomfromtext st_geomfromwkb st_pointfromtext st_srid str_to_date strcmp ' +
    'subdate substr substring substring_index subtime tan time time_format time_to_sec timediff timestamp timestampadd timestampdiff ' +
    'to_base64 to_char to_days to_seconds trim truncate ucase uncompress uncompressed_length unhex upper uuid_to_bin values vec_fromtext ' +
    'string_to_vector week weekday weekofyear weight_string year yearweek natural_sort_key chr value'
  ).split(' '),
)

/** How often a function gives new values; undefined: not a function that MySQL or MariaDB ships. Names compare without case; a schema makes it a user's function. */
export function volatility(name: string): 'immutable' | 'stable' | 'volatile' | undefined {
  const key = name.toLowerCase()
  if (volatileNames.has(key)) return 'volatile'
  if (stableNames.has(key)) return 'stable'
  return immutableNames.has(key) ? 'immutable' : undefined
}
