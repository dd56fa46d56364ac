//! What `p2p-sim run` leaves of a video: a file that plays, or none.
//!
//! The runs are on 127.156 to 127.159.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::player::assert_plays;
use crate::shipped::{CHUNKS, PICTURES, SECONDS, joined};

fn p2p_sim(folder: &Path, args: &str, file: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_p2p-sim"))
        .current_dir(folder)
        .args(args.split(' '))
        .arg(file)
        .output()
        .expect("it can be started")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

/// A scenario of the chunks of the shipped video: one peer has them, but for 9.
fn scenario(folder: &Path, client: &str) -> PathBuf {
    let video = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/video");
    let ids = (1..=CHUNKS).filter(|id| *id != 9);
    let list = ids.map(|id| format!("{id}: {}/testsrc_{id}.m4s\n", video.display()));
    fs::write(folder.join("list.txt"), list.collect::<String>()).expect("it can be written");
    let peer = "[[peer]]\nname = \"p\"\nkey_values = \"list.txt\"\n";
    let client = format!("[[client]]\nname = \"c\"\ncontact = \"p\"\nrepeats = 0\n{client}");
    let file = folder.join("it.toml");
    fs::write(&file, format!("{peer}{client}")).expect("it can be written");
    file
}

/// The files in `folder` that are neither logs nor chunks.
fn others(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    let mut names: Vec<String> = names
        .filter(|name| !name.starts_with("output-") && !name.starts_with("BigBuckBunny_"))
        .collect();
    names.sort();
    names
}

#[test]
fn the_shipped_scenario_leaves_a_video_that_plays() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/video.toml");
    for args in [
        "run --net 127.156 --out lockstep",
        "run --net 127.156 --out live --real-time",
    ] {
        let run = p2p_sim(folder.path(), args, &file);
        let screen = text(&run.stdout);
        assert_eq!(run.status.code(), Some(0), "{screen}");
        assert!(
            screen.contains("\n video.mp4 is written, from 21 chunks\n"),
            "{screen}"
        );
    }
    for mode in ["lockstep", "live"] {
        let viewer = folder.path().join(mode).join("viewer");
        assert_eq!(others(&viewer), ["video.mp4"]);
        let video = viewer.join("video.mp4");
        let bytes = fs::read(&video).expect("it is there");
        assert_eq!(bytes, joined(1..=CHUNKS), "{mode}");
        assert_plays(&video, PICTURES, SECONDS);
    }
}

#[test]
fn without_one_chunk_there_is_no_file_and_the_verdict_is_the_same() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let client = folder.path().join("out/c");
    fs::create_dir_all(&client).expect("a folder");
    for left in ["all.mp4", ".all.mp4.part", "mine.mp4"] {
        fs::write(client.join(left), "old").expect("it can be written");
    }
    let file = scenario(folder.path(), "chunks = \"1-21\"\nassemble = \"all.mp4\"\n");
    let run = p2p_sim(folder.path(), "run --net 127.157 --out out", &file);
    let screen = text(&run.stdout);
    assert_eq!(run.status.code(), Some(0), "{screen}");
    assert!(
        screen.contains("\n all.mp4 is not written, for want of chunk 9\n"),
        "{screen}"
    );
    assert_eq!(others(&client), ["mine.mp4"]);
}

#[test]
fn chunks_of_all_requests_are_put_together_in_the_order_of_their_ids() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let requests = "chunks = \"3,5\"\nassemble = \"some.mp4\"\n\
                    [[client.then]]\nchunks = [4, 1]\n[[client.then]]\nchunks = [2]\n";
    let file = scenario(folder.path(), requests);
    let args = "run --net 127.158 --out out --format json";
    let run = p2p_sim(folder.path(), args, &file);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let some = folder.path().join("out/c/some.mp4");
    assert_eq!(fs::read(&some).expect("it is there"), joined(1..=5));
    assert_plays(&some, 16, "2.000000");
    let document: serde_json::Value =
        serde_json::from_slice(&run.stdout).expect("it prints a document");
    let told = &document["runs"][0]["clients"][0];
    assert_eq!(told["assemble"], "out/c/some.mp4");
    assert_eq!(told["assembled"], true);
}

#[test]
fn a_name_that_cannot_be_had_is_exit_3_before_the_run() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir_all(folder.path().join("out/c/all.mp4")).expect("a folder");
    let file = scenario(folder.path(), "chunks = [1]\nassemble = \"all.mp4\"\n");
    let run = p2p_sim(folder.path(), "run --net 127.159 --out out -v", &file);
    assert_eq!(run.status.code(), Some(3));
    let said = text(&run.stderr);
    assert!(
        said.starts_with("error: cannot write out/c/all.mp4: "),
        "{said}"
    );
    assert_eq!(text(&run.stdout), "");
}

#[test]
fn a_sweep_leaves_no_file_where_it_runs() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = scenario(folder.path(), "chunks = [1]\nassemble = \"all.mp4\"\n");
    let sweep = p2p_sim(folder.path(), "sweep --ttl 0..1", &file);
    assert_eq!(sweep.status.code(), Some(0), "{}", text(&sweep.stderr));
    assert_eq!(others(folder.path()), ["it.toml", "list.txt"]);
}
