/** As much of MP4 as it takes to play pieces of it. */

/** The name of the box that `bytes` begin with. */
export function firstBox(bytes) {
  return bytes.length >= 8 ? String.fromCharCode(...bytes.subarray(4, 8)) : null;
}

/**
 * The type for a player of the H.264 video that `bytes`, its first segment, describe: the box avcC
 * says profile, compatibility and level behind its version. Null when there is none.
 */
export function videoType(bytes) {
  const name = [0x61, 0x76, 0x63, 0x43];
  for (let at = 4; at + 8 <= bytes.length; at += 1) {
    if (name.every((byte, place) => bytes[at + place] === byte)) {
      const codec = [...bytes.subarray(at + 5, at + 8)];
      const digits = codec.map((byte) => byte.toString(16).padStart(2, "0")).join("");
      return `video/mp4; codecs="avc1.${digits}"`;
    }
  }
  return null;
}
