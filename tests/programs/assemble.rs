//! `client --assemble`: chunks from our peers, put together in one file, or none.

use std::fs;
use std::path::Path;

use super::common::{Stranger, address, be, chunk, client, ip, peer, store};
use crate::args;

/// Arguments for a client that writes `all.bin` into `out`.
fn assembling(test: u8, out: &Path) -> Vec<String> {
    let (own, out) = (ip(test, 9), out.display());
    args![
        "--assemble",
        "all.bin",
        "--bind",
        own,
        "--out",
        out,
        "--repeats",
        0,
        "--wait",
        "200ms"
    ]
    .to_vec()
}

#[test]
fn all_chunks_stand_in_the_order_of_their_ids() {
    let dir = tempfile::tempdir().unwrap();
    for (host, ids) in [(1, &[7, 2][..]), (2, &[3])] {
        store(&dir.path().join(host.to_string()), ids);
    }
    let other = peer(address(60, 2), &dir.path().join("2"), &[]);
    let contact = peer(
        address(60, 1),
        &dir.path().join("1"),
        args![other.address()],
    );
    let out = dir.path().join("out");
    let wanted = args![contact.address(), "7,3,2"];
    let ended = client(&[wanted, &assembling(60, &out)].concat()).end();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let all = out.join("all.bin");
    assert_eq!(
        ended.stdout.lines().last().unwrap(),
        format!("all chunks in one: {}", all.display())
    );
    let expected = [chunk(2), chunk(3), chunk(7)].concat();
    assert_eq!(fs::read(all).unwrap(), expected);
}

#[test]
fn without_all_of_them_there_is_no_file_and_it_says_what_was_missing() {
    let dir = tempfile::tempdir().unwrap();
    store(dir.path(), &[2]);
    let contact = peer(address(61, 1), dir.path(), &[]);
    let all = dir.path().join("all.bin");
    fs::write(&all, "of an earlier run").unwrap();
    let wanted = args![contact.address(), "2,4,5"];
    let ended = client(&[wanted, &assembling(61, dir.path())].concat()).end();
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert_eq!(
        ended.stdout.lines().last().unwrap(),
        format!("not written, for want of chunks 4,5: {}", all.display())
    );
    assert!(!all.exists());
}

#[test]
fn who_is_interrupted_leaves_no_half_file() {
    let dir = tempfile::tempdir().unwrap();
    let holder = Stranger::at(ip(62, 1));
    let wanted = args![holder.address, "5,6", "--gather", "0s", "--wait", "200ms"];
    let out = dir.path().display();
    let more = args!["--bind", ip(62, 9), "--assemble", "all.bin", "--out", out];
    let process = client(&[wanted, more].concat());
    let line = process.stderr_line();
    let own = line.split(' ').nth(1).unwrap().parse().unwrap();
    assert_eq!(holder.hear(own), be(&[1, 2, 5, 6]));
    holder.send(own, &be(&[3, 2, 5, 6]));
    assert_eq!(holder.hear(own), be(&[4, 2, 5, 6]));
    holder.send(own, &[be(&[5, 5, 2]), vec![1, 2]].concat());
    // A GET for both may have been on its way.
    while holder.hear(own) != be(&[4, 1, 6]) {}
    process.signal("INT");
    let ended = process.end();
    assert_eq!(ended.code, Some(130));
    let last = ended.stdout.lines().last().unwrap();
    assert!(
        last.starts_with("not written, for want of chunk 6: "),
        "{last}"
    );
    let entries = fs::read_dir(dir.path()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    let log = format!("output-{}.log", ip(62, 9));
    assert_eq!(names, ["BigBuckBunny_5.m4s", &log]);
}
