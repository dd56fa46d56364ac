#!/usr/bin/env bash
# Makes the chunks of this folder again: twelve seconds of ffmpeg's test picture as fragmented MP4,
# cut between its boxes. Chunk 1 is the head (ftyp, moov), each further chunk one second (moof,
# mdat) that begins with a whole picture and has at most 1,024 bytes. Made with ffmpeg 5.1 and
# x264 0.164; another encoder may give other bytes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
video=$(mktemp --suffix=.mp4)
trap 'rm -f "$video"' EXIT

ffmpeg -v error -y -f lavfi -i testsrc=size=112x64:rate=6:duration=12 \
    -an -c:v libx264 -profile:v baseline -level 1.0 -pix_fmt yuv420p -preset veryslow -crf 41 \
    -threads 1 -x264-params keyint=6:min-keyint=6:scenecut=0:bframes=0:ref=1 \
    -map_metadata -1 -fflags +bitexact -flags:v +bitexact -bsf:v filter_units=remove_types=6 \
    -movflags +frag_keyframe+empty_moov+default_base_moof+omit_tfhd_offset+skip_trailer "$video"

rm -f BigBuckBunny_*.m4s
python3 - "$video" <<'CUT'
import struct
import sys

video = open(sys.argv[1], "rb").read()
pieces, at = [b""], 0
while at < len(video):
    size, kind = struct.unpack(">I4s", video[at : at + 8])
    if kind == b"moof":
        pieces.append(b"")
    pieces[-1] += video[at : at + size]
    at += size
for number, piece in enumerate(pieces, 1):
    assert len(piece) <= 1024, f"chunk {number} has {len(piece)} bytes"
    open(f"BigBuckBunny_{number}.m4s", "wb").write(piece)
CUT
