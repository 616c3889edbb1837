import type { WriteStream } from 'node:tty'

/** How long a run may take before it shows how far it is, in ms. */
const patience = 1000

/** Shows progress on a terminal once a run takes long; does nothing elsewhere. The stream is not opened before that: it takes as long as a small run. */
export function progressOn(stream: () => WriteStream | NodeJS.WriteStream): (done: number, all: number) => void {
  const started = Date.now()
  let shown = 0
  return (done, all) => {
    const now = Date.now()
    if (now - started < patience || (now - shown < 100 && done < all)) return
    shown = now
    if (stream().isTTY) stream().write(done < all ? `\r${done} of ${all} migrations read` : '\r\x1b[K')
  }
}
