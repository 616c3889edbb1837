import type { WriteStream } from 'node:tty'

/** How long a run may take before it shows how far it is, in ms. */
const patience = 1000

/** Shows progress on a terminal once a run takes long; does nothing elsewhere. */
export function progressOn(stream: WriteStream | NodeJS.WriteStream): (done: number, all: number) => void {
  if (!stream.isTTY) return () => {}
  const started = Date.now()
  let shown = 0
  return (done, all) => {
    const now = Date.now()
    if (now - started < patience || (now - shown < 100 && done < all)) return
    shown = now
    stream.write(done < all ? `\r${done} of ${all} migrations read` : '\r\x1b[K')
  }
}
