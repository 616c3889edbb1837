/** A source of the same numbers for the same seed, so that two runs measure the same files. */
export interface Random {
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number
  pick<T>(items: readonly T[]): T
  /** True in `percent` of a hundred cases. */
  chance(percent: number): boolean
}

/** Mulberry32: small, and good enough to vary files. */
export function random(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const below = (end: number) => Math.floor(next() * end)
  return { below, pick: (items) => items[below(items.length)]!, chance: (percent) => below(100) < percent }
}

const nouns =
  'account,address,audit,basket,branch,channel,claim,comment,contract,coupon,customer,device,document,employee,event,export,feature'
const more =
  'invoice,item,job,ledger,license,member,message,order,payment,plan,product,profile,project,quote,refund,region,report,review,role'
const last = 'session,shipment,stock,subscription,supplier,tag,task,team,ticket,token,transfer,user,vendor,visit,voucher,wallet,webhook'
export const words: readonly string[] = `${nouns},${more},${last}`.split(',')

export const columnWords: readonly string[] =
  'status,title,body,amount,currency,position,locale,settings,reason,reference,started_at,ended_at,email,phone,score,priority,archived'.split(
    ',',
  )

/** `0007` for 7: names that sort as numbers do. */
export function padded(number: number, width: number): string {
  return String(number).padStart(width, '0')
}
