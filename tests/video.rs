//! The video of `scenarios/video`: its chunks are what they say, and put together they play.
//!
//! Whether they play is asked of ffprobe and ffmpeg; without these that is skipped with a word, or
//! fails when `P2P_SIM_ALL_TOOLS` is set. The runs are on 127.157.

#![cfg(test)]

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// How many chunks there are.
const CHUNKS: u16 = 13;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn chunk(id: u16) -> Vec<u8> {
    fs::read(root().join(format!("scenarios/video/BigBuckBunny_{id}.m4s"))).unwrap()
}

/// The boxes of MP4 that `bytes` are made of: each begins with its length and its type.
fn boxes(mut bytes: &[u8]) -> Vec<String> {
    let mut kinds = Vec::new();
    while !bytes.is_empty() {
        let length = u32::from_be_bytes(bytes[..4].try_into().unwrap());
        kinds.push(String::from_utf8(bytes[4..8].to_vec()).unwrap());
        bytes = &bytes[usize::try_from(length).unwrap()..];
    }
    kinds
}

/// Runs the scenario in `way` and gives the video that its viewer has put together.
fn played(folder: &Path, way: &[&str]) -> PathBuf {
    let done = Command::new(env!("CARGO_BIN_EXE_p2p-sim"))
        .args(["run", "--quiet", "--net", "127.157", "--out"])
        .arg(folder)
        .args(way)
        .arg(root().join("scenarios/video.toml"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&done.stdout);
    assert_eq!(done.status.code(), Some(0), "{told}");
    folder.join("viewer/video.mp4")
}

#[test]
fn each_chunk_is_a_piece_that_fits_into_a_response() {
    assert_eq!(boxes(&chunk(1)), ["ftyp", "moov"]);
    for id in 2..=CHUNKS {
        assert_eq!(boxes(&chunk(id)), ["moof", "mdat"], "chunk {id}");
    }
    for id in 1..=CHUNKS {
        assert!(chunk(id).len() <= 1024, "chunk {id}");
    }
}

#[test]
fn the_viewer_puts_the_chunks_together_in_both_modes() {
    let folder = tempfile::tempdir().unwrap();
    let whole: Vec<u8> = (1..=CHUNKS).flat_map(chunk).collect();
    for way in [&[][..], &["--real-time"]] {
        let video = played(folder.path(), way);
        assert!(fs::read(video).unwrap() == whole, "{way:?}");
    }
    let leavings = fs::read_dir(folder.path().join("viewer")).unwrap();
    // The log, the chunks and the video: nothing half-written.
    assert_eq!(leavings.count(), 2 + usize::from(CHUNKS));
}

#[test]
fn a_player_accepts_the_video() {
    let folder = tempfile::tempdir().unwrap();
    let video = played(folder.path(), &[]);
    let asked = Command::new("ffprobe")
        .args(["-v", "error", "-count_frames", "-of", "csv=p=0"])
        .args(["-show_entries", "stream=codec_name,duration,nb_read_frames"])
        .arg(&video)
        .output();
    let Ok(asked) = asked else {
        let all = std::env::var_os("P2P_SIM_ALL_TOOLS");
        assert!(all.is_none(), "no ffprobe on this machine");
        writeln!(io::stderr(), "skipped: no ffprobe on this machine").unwrap();
        return;
    };
    let said = String::from_utf8_lossy(&asked.stdout);
    // Twelve seconds of six pictures.
    assert_eq!(said.trim(), "h264,12.000000,72");
    assert!(asked.stderr.is_empty());
    let player = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(&video)
        .args(["-f", "null", "-"])
        .output()
        .unwrap();
    let complaints = String::from_utf8_lossy(&player.stderr);
    assert!(
        player.status.success() && complaints.is_empty(),
        "{complaints}"
    );
}
