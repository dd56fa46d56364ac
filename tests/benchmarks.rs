//! `p2p-sim bench` as a process: what it says, and never how fast something is.
//!
//! The runs are on 127.151, 127.152 and 127.154.

#![cfg(test)]

use std::fs;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn bench(args: &str) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_p2p-sim"));
    program.arg("bench").args(args.split(' '));
    program.output().unwrap()
}

/// What is printed by a command that ends well.
fn says(args: &str) -> String {
    let done = bench(args);
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(0), "{args}: {told}");
    String::from_utf8(done.stdout).unwrap()
}

fn figures(args: &str) -> Vec<Value> {
    let document: Value = serde_json::from_str(&says(args)).unwrap();
    assert_eq!(document["format_version"], 1);
    assert_eq!(document["complete"], true);
    document["figures"].as_array().unwrap().clone()
}

#[test]
fn a_flood_has_quartiles_and_both_rates() {
    let figures = figures("--only mesh --quick --net 127.151 --format json");
    let [mesh] = &figures[..] else {
        panic!("{figures:?}");
    };
    assert_eq!(
        (&mesh["name"], &mesh["unit"]),
        (&"mesh".into(), &"of-ceiling".into())
    );
    let measured = &mesh["measured"];
    let number = |key: &str| measured[key].as_f64().unwrap();
    assert!(number("lower") > 0.0);
    assert!(number("lower") <= number("median") && number("median") <= number("upper"));
    assert!(number("ours_per_s") > 0.0 && number("beside_per_s") > 0.0);
    assert!(number("measurements") >= 10.0);
    assert_eq!(measured["lost"], 0);
}

#[test]
fn whole_processes_and_their_memory_are_measured() {
    let figures = figures("--only process-mesh,room-peer --quick --net 127.152 --format json");
    let of = |figure: &Value, key: &str| figure["measured"][key].as_f64().unwrap();
    assert_eq!(figures[0]["goal"], serde_json::json!({ "at_most": 8.0 }));
    assert!(of(&figures[0], "median") > 0.0 && of(&figures[0], "ours_per_s") > 0.0);
    assert_eq!(figures[1]["unit"], "bytes");
    assert!(of(&figures[1], "median") > 0.0);
}

#[test]
fn what_is_not_here_is_skipped_with_a_word() {
    let table = says("--only decode-query,memory-gnutella --quick");
    let lines: Vec<&str> = table.lines().collect();
    let [header, decode, skipped] = lines[..] else {
        panic!("{table}");
    };
    let header: Vec<&str> = header.split_whitespace().collect();
    assert_eq!(
        header,
        [
            "figure",
            "median",
            "quartiles",
            "ours/s",
            "beside/s",
            "goal"
        ]
    );
    assert!(decode.trim_start().starts_with("decode-query "), "{table}");
    assert_eq!(
        skipped,
        "memory-gnutella-first skipped: no snapshot; name one with `--gnutella FILE`"
    );
}

#[test]
fn a_flood_that_is_no_slice_is_skipped_with_a_word() {
    assert_eq!(
        says("--only memory-large-random --peers 100"),
        "memory-large-random skipped: the flood is over before 50,000 datagrams\n"
    );
}

#[test]
fn a_snapshot_that_is_none_is_told() {
    let done = bench("--only memory-gnutella --gnutella no-such-file.txt");
    assert_eq!(done.status.code(), Some(2));
    let told = String::from_utf8(done.stderr).unwrap();
    assert!(told.contains("there is no such file"), "{told}");
}

#[test]
fn whoever_interrupts_it_is_told_what_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_p2p-sim"))
        .args([
            "bench", "--only", "mesh", "--net", "127.154", "--format", "json",
        ])
        .env("TMPDIR", folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // There is a folder for logs once the flood begins.
    while fs::read_dir(folder.path()).unwrap().next().is_none() {
        std::thread::yield_now();
    }
    let told = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(told.unwrap().success());
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(130));
    let document: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(document["complete"], false);
    assert!(fs::read_dir(folder.path()).unwrap().next().is_none());
}
