const length_bytes = 4

/** Frames as one buffer, each after its length: what goes over a link at once. */
export function packed(frames: ReadonlyArray<Uint8Array>): ArrayBuffer {
  const buffer = new ArrayBuffer(frames.reduce((sum, { length }) => sum + length_bytes + length, 0))
  const bytes = new Uint8Array(buffer)
  const view = new DataView(buffer)
  let at = 0
  for (const frame of frames) {
    view.setUint32(at, frame.length, true)
    bytes.set(frame, at + length_bytes)
    at += length_bytes + frame.length
  }
  return buffer
}

export function* unpacked(buffer: ArrayBuffer): Generator<Uint8Array> {
  const view = new DataView(buffer)
  for (let at = 0; at < buffer.byteLength; ) {
    const length = view.getUint32(at, true)
    yield new Uint8Array(buffer, at + length_bytes, length)
    at += length_bytes + length
  }
}
