//! The bytes in scenarios/video.

use std::fs;
use std::path::{Path, PathBuf};

use p2p_sim::chunks::ChunkStore;
use p2p_sim::wire::{ChunkId, MAX_CHUNK};

use crate::boxes::{inside, kinds, number};
use crate::player::assert_plays;

/// How many chunks the video has: one that describes it, and one for each half second.
pub(crate) const CHUNKS: u16 = 21;
/// How many pictures it has, 8 a second.
pub(crate) const PICTURES: u32 = 80;
/// How long it is, as ffprobe says it.
pub(crate) const SECONDS: &str = "10.000000";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/video")
}

/// The bytes of chunk `id`.
pub(crate) fn chunk(id: u16) -> Vec<u8> {
    let file = folder().join(format!("testsrc_{id}.m4s"));
    fs::read(file).expect("it is shipped")
}

/// The bytes of the chunks `ids`, one behind the other.
pub(crate) fn joined(ids: impl IntoIterator<Item = u16>) -> Vec<u8> {
    ids.into_iter().flat_map(chunk).collect()
}

#[test]
fn each_chunk_is_one_part_of_the_video_and_fits_into_a_response() {
    let mut begins = 0;
    for id in 1..=CHUNKS {
        let bytes = chunk(id);
        assert!(bytes.len() <= MAX_CHUNK, "chunk {id}: {}", bytes.len());
        let expected = match id {
            1 => ["ftyp", "moov"],
            _ => ["moof", "mdat"],
        };
        assert_eq!(kinds(&bytes), expected, "chunk {id}");
        if id == 1 {
            continue;
        }
        let header = inside(&bytes, &["moof", "mfhd"]);
        assert_eq!(number(header, 4), u32::from(id) - 1, "its place in order");
        let begins_at = inside(&bytes, &["moof", "traf", "tfdt"]);
        assert_eq!(begins_at[0], 1, "a time of 64 bits");
        assert_eq!(number(begins_at, 4), 0);
        assert_eq!(number(begins_at, 8), begins, "chunk {id}");
        let run = inside(&bytes, &["moof", "traf", "trun"]);
        assert_eq!(number(run, 4), 4, "four pictures");
        // Its first picture is a whole one (NAL type 5), so it can be shown without the others.
        let first = inside(&bytes, &["mdat"]);
        assert_eq!(first[4] & 0x1f, 5, "chunk {id}");
        let scale = number(
            inside(&chunk(1), &["moov", "trak", "mdia", "mdhd"]),
            4 + 2 * 4,
        );
        begins += scale / 2;
    }
    assert!(
        !folder()
            .join(format!("testsrc_{}.m4s", CHUNKS + 1))
            .exists()
    );
}

#[test]
fn its_lists_have_each_chunk_and_half_are_in_two() {
    let mut lists = [0; CHUNKS as usize];
    for name in ["beginning", "first-half", "second-half", "end"] {
        let store = ChunkStore::load(&folder().join(format!("{name}.txt")));
        let store = store.unwrap_or_else(|error| panic!("{error}"));
        for ChunkId(id) in store.ids() {
            let bytes = store.chunk(ChunkId(id)).expect("it is held").as_bytes();
            assert_eq!(bytes[..], chunk(id)[..], "{name}: {id}");
            lists[usize::from(id) - 1] += 1;
        }
    }
    assert!(lists.iter().all(|held| (1..=2).contains(held)), "{lists:?}");
    let twice = lists.iter().filter(|held| **held == 2).count();
    assert_eq!(twice, 10, "5 to 8, 10 to 12, 15 to 17");
}

#[test]
fn its_chunks_in_order_are_a_video_and_so_they_are_without_some() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("video.mp4");
    fs::write(&file, joined(1..=CHUNKS)).expect("it can be written");
    assert_plays(&file, PICTURES, SECONDS);
    // The first half second is lost, and four pictures with it.
    fs::write(&file, joined((1..=CHUNKS).filter(|id| *id != 2))).expect("it can be written");
    assert_plays(&file, PICTURES - 4, SECONDS);
}
