/** CRC-32 (IEEE 802.3, as in zlib and PNG). Give the checksum of what comes before to go on from there. */
export function crc32(data: Uint8Array, before = 0): number {
  let crc = ~before
  for (let i = 0; i < data.length; i++) crc = (crc >>> 8) ^ (table[(crc ^ (data[i] ?? 0)) & 0xff] ?? 0)
  return ~crc >>> 0
}

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})
