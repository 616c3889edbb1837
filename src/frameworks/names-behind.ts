/**
 * The number of a migration that comes right behind another one, as its file's name leads with it: a sequence counts on from the last, a moment in time is a
 * second (a day, where it is a date) later. `taken` says which numbers there are.
 */
export function numberBehind(own: string, taken: ReadonlySet<string>): string {
  let next = own
  do next = isTime(own) ? later(next) : plusOne(next)
  while (taken.has(next))
  return next
}

function isTime(number: string): boolean {
  return (number.length === 14 || number.length === 8) && /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/.test(number)
}

function later(number: string): string {
  const [year, month, day, hour, minute, second] = [
    [0, 4],
    [4, 6],
    [6, 8],
    [8, 10],
    [10, 12],
    [12, 14],
  ].map(([from, to]) => Number(number.slice(from, to))) as [number, number, number, number, number, number]
  const step = number.length === 8 ? 86_400_000 : 1000
  const moved = new Date(Date.UTC(year, month - 1, day, hour, minute, second) + step)
  return moved.toISOString().replace(/\D/g, '').slice(0, number.length)
}

function plusOne(number: string): string {
  return (BigInt(number) + 1n).toString().padStart(number.length, '0')
}

/** A name for people as part of a file's name: `build orders_user` with `_` becomes `build_orders_user`. */
export function slug(name: string, separator: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, separator)
    .replace(new RegExp(`^${separator}+|${separator}+$`, 'g'), '')
    .slice(0, 60)
}
