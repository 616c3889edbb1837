import { type Cursor, note } from '../../sql/cursor.ts'

function words(version: number): string {
  const patch = version % 100
  return `${Math.floor(version / 10000)}.${Math.floor((version % 10000) / 100)}${patch === 0 ? '' : `.${patch}`}`
}

/**
 * Notes that the tokens from index `from` on are syntax that this server lacks, unless it has it. `mysql` and `mariadb` are the first
 * versions with it, as executed comments write them (80013 for 8.0.13); undefined: no version has it.
 */
export function needs(c: Cursor, from: number, feature: string, mysql: number | undefined, mariadb: number | undefined): void {
  const first = c.syntax.mariadb ? mariadb : mysql
  if (first !== undefined && c.syntax.versionNumber >= first) return
  const own = c.syntax.mariadb ? 'MariaDB' : 'MySQL'
  const other = c.syntax.mariadb ? 'MySQL' : 'MariaDB'
  const elsewhere = c.syntax.mariadb ? mysql : mariadb
  const places = [
    first === undefined ? undefined : `${own} ${words(first)}`,
    elsewhere === undefined ? undefined : `${other} ${words(elsewhere)}`,
  ]
  note(c, from, feature, places.filter((place) => place !== undefined).join(' and '))
}
