/** Words that are one and many at once, as far as they could name a table. */
const uncountable: ReadonlySet<string> = new Set(
  'accommodation advertising advice aid air aircraft baggage blood cash chess deer dust education electricity engineering equipment ethics evidence fiction food fuel fun furniture gold golf hardware health heat help homework housework inflation information jewelry knowledge logic luggage machinery magic management marble milk money music nature news nutrition pollution poverty publicity racism research respect revenue rice rubbish safety series shame sheep shopping sleep snow software soil species steam stuff tennis traffic transportation trust validity wealth weather welfare wheat wildlife wisdom'.split(
    ' ',
  ),
)

/** Endings that are plural already. */
const plurals =
  /^(?:m|wom)en$|people$|children$|[ti]a$|(?:analy|ba|diagno|parenthe|progno|synop|the)ses$|(?:database|drive|curve|shoe)s$|(?:hi|ti|[lr]|[^fo])ves$|(?:[^aeiouy]|qu)ies$|series$|movies$|(?:x|ch|ss|sh)es$|[m|l]ice$|buses$|oes$|(?:cris|ax|test)es$|(?:octop|vir)uses$|(?:alias|canvas|status|campus)es$|^(?:summons|bonus)es$|^oxen|matrices$|^feet$|^teeth$|^geese$|quizzes$|^criteria$|^genera$/i

/** Endings and what becomes of them; the first that fits. */
const endings: readonly (readonly [RegExp, string])[] = [
  [/^(m|wom)an$/i, '$1en'],
  [/(pe)rson$/i, '$1ople'],
  [/(child)$/i, '$1ren'],
  [/(drive)$/i, '$1s'],
  [/^(ox)$/i, '$1en'],
  [/(ax|test)is$/i, '$1es'],
  [/(octop|vir)us$/i, '$1uses'],
  [/(alias|status|canvas|campus)$/i, '$1es'],
  [/^(summons|bonus)$/i, '$1es'],
  [/(bu)s$/i, '$1ses'],
  [/(buffal|tomat|potat)o$/i, '$1oes'],
  [/([ti])um$/i, '$1a'],
  [/sis$/i, 'ses'],
  [/(?:([^f])fe|([lr])f)$/i, '$1$2ves'],
  [/(hi|ti)ve$/i, '$1ves'],
  [/([^aeiouy]|qu)y$/i, '$1ies'],
  [/(matr)ix$/i, '$1ices'],
  [/(vert|ind)ex$/i, '$1ices'],
  [/(x|ch|ss|sh)$/i, '$1es'],
  [/([m|l])ouse$/i, '$1ice'],
  [/^foot$/i, 'feet'],
  [/^tooth$/i, 'teeth'],
  [/^goose$/i, 'geese'],
  [/(quiz)$/i, '$1zes'],
  [/^(criteri)on$/i, '$1a'],
  [/^genus$/i, 'genera'],
  [/s$/i, 's'],
]

/** The plural by which Sequelize names the table of a model: what `inflection` 1.13 makes of its name (https://www.npmjs.com/package/inflection). */
export function plural(word: string): string {
  if (uncountable.has(word.toLowerCase()) || plurals.test(word)) return word
  const rule = endings.find(([ending]) => ending.test(word))
  return rule ? word.replace(rule[0], rule[1]) : `${word}s`
}
