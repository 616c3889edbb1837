/** A text whose order as text is the natural order of names. Each run of digits is led by a character that tells its length. */
function naturalKey(name: string): string {
  return name.replaceAll('/', '\u0000').replace(/\d+/g, (digits) => {
    const significant = digits.replace(/^0+(?=\d)/, '')
    return String.fromCharCode(48 + Math.min(significant.length, 60_000)) + significant
  })
}

/**
 * Sorts by a name of each item as a person does: 2 before 10, V1.2 before V1.10, folder by folder. Names that differ only in leading zeros
 * are ordered as text.
 */
export function sortNaturally<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  return items
    .map((item) => {
      const name = nameOf(item)
      return { item, name, key: naturalKey(name) }
    })
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ item }) => item)
}
