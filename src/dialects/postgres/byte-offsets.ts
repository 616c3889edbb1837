/** The UTF-16 offset of each byte of a text's UTF-8 form; undefined for ASCII, where both are the same. */
export function byteOffsets(text: string): Uint32Array | undefined {
  const bytes = Buffer.byteLength(text)
  if (bytes === text.length) return undefined
  const offsets = new Uint32Array(bytes + 1)
  let byte = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const pair = code >= 0xd800 && code <= 0xdbff
    const length = pair ? 4 : code < 0x80 ? 1 : code < 0x800 ? 2 : 3
    offsets.fill(i, byte, byte + length)
    byte += length
    if (pair) i++
  }
  offsets[bytes] = text.length
  return offsets
}
