#!/bin/sh
# Makes the video of scenarios/video.toml again, to the byte: the chunks and the key-values files in
# this folder. Made with ffmpeg 5.1.9 and its libx264 (core 164), from the test picture `testsrc`,
# which is a part of ffmpeg and nobody's film; other versions make another video, as good as this.
# Needs ffmpeg and python3.
#
#   scenarios/video/make.sh           writes into the folder of this script
#   scenarios/video/make.sh FOLDER    writes into that folder
set -eu
folder=${1:-$(dirname "$0")}
whole=$(mktemp)
trap 'rm -f "$whole"' EXIT

# 10 s of 8 pictures each. Every fourth picture can be shown without those before it (keyint), and a
# new fragment begins there (frag_keyframe): so each fragment can be shown when the ones before it
# are missing. Baseline and yuv420p play everywhere. What changes with the version or the machine is
# left out: x264's note about itself (NAL type 6), metadata, more than one thread.
ffmpeg -v error -nostdin -y \
    -f lavfi -i testsrc=size=112x64:rate=8 -t 10 -an \
    -c:v libx264 -profile:v baseline -level 1.0 -pix_fmt yuv420p -preset veryslow -crf 37 \
    -x264-params keyint=4:min-keyint=4:scenecut=0 -threads 1 \
    -bsf:v filter_units=remove_types=6 \
    -map_metadata -1 -fflags +bitexact -flags:v +bitexact \
    -movflags +frag_keyframe+empty_moov+default_base_moof \
    -f mp4 "$whole"

# Cut where a player would want it: chunk 1 is what describes the video (ftyp, moov), each chunk
# behind it is one fragment (moof, mdat). The index at the end (mfra) is left out: it tells where in
# the whole file fragments are, and players do without.
python3 - "$whole" "$folder" <<'PYTHON'
import pathlib, struct, sys

whole = pathlib.Path(sys.argv[1]).read_bytes()
folder = pathlib.Path(sys.argv[2])
chunks = []
start = 0
while start < len(whole):
    size, kind = struct.unpack(">I4s", whole[start : start + 8])
    box = whole[start : start + size]
    if kind in (b"ftyp", b"moof"):
        chunks.append(box)
    elif kind in (b"moov", b"mdat"):
        chunks[-1] += box
    start += size

for number, chunk in enumerate(chunks, 1):
    if len(chunk) > 1024:
        sys.exit(f"chunk {number} has {len(chunk)} bytes, and a RESPONSE carries 1024")
    (folder / f"testsrc_{number}.m4s").write_bytes(chunk)

# Who holds what: parts that overlap, so that half of the chunks are in two of them.
for name, first, last in [
    ("beginning", 1, 8),
    ("first-half", 5, 12),
    ("second-half", 10, 17),
    ("end", 15, len(chunks)),
]:
    lines = [f"{id}: testsrc_{id}.m4s\n" for id in range(first, last + 1)]
    (folder / f"{name}.txt").write_text("".join(lines))
PYTHON
