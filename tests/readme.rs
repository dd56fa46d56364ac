//! The screen that the README shows is the one that the program draws.

#![cfg(test)]

use std::fs;
use std::path::Path;
use std::process::Command;

const COMMAND: &str = "$ p2p-sim run scenarios/mesh.toml\n";

/// The console block of the README that begins with [`COMMAND`], without it.
fn shown(readme: &str) -> &str {
    let block = readme
        .split("```console\n")
        .find_map(|block| block.strip_prefix(COMMAND));
    block.unwrap().split("```").next().unwrap()
}

/// Leaves out what depends on the machine: how long it took.
fn without_times(screen: &str) -> String {
    let lines = screen.lines();
    let lines = lines.map(|line| line.split(", took ").next().unwrap().trim_end());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_readme_shows_what_is_drawn() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let out = tempfile::tempdir().unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_p2p-sim"))
        .args(["run", "scenarios/mesh.toml", "--net", "127.84", "--out"])
        .arg(out.path())
        .current_dir(root)
        .output()
        .unwrap();
    let drawn = String::from_utf8(run.stdout).unwrap();
    let drawn = drawn.replace(out.path().to_str().unwrap(), "runs/mesh-1");
    let drawn = drawn.replace("127.84.", "127.0.");
    assert_eq!(without_times(&drawn), without_times(shown(&readme)));
    assert_eq!(run.status.code(), Some(0));
    assert!(drawn.lines().count() <= 40, "one screen is 40 lines");
    assert!(
        drawn.lines().all(|line| line.chars().count() <= 80),
        "and 80 columns"
    );
}

#[test]
fn the_readme_is_short() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"));
    assert!(readme.unwrap().lines().count() <= 120);
}
