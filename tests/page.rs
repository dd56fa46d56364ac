//! The page in a real browser: makes pages of several runs, and lets the scripts in `tests/page`
//! drive them.
//!
//! Needs Chromium, Node.js and, in `tests/page`, `npm ci`; without them it is skipped with a word,
//! or fails when `P2P_SIM_ALL_TOOLS` is set. The runs are on 127.156.

#![cfg(test)]

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where Chromium may be.
const BROWSERS: [&str; 4] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// What the pages are made of: the name of the page, and its scenario.
const SHIPPED: [(&str, &str); 7] = [
    ("mesh", "mesh.toml"),
    ("line", "line.toml"),
    ("lossy", "course/loss-and-repeats.toml"),
    ("churn", "course/churn.toml"),
    ("regular", "generated/regular.toml"),
    ("broken", "faults/asks-twice.toml"),
    ("video", "video.toml"),
];

/// A run with some 20,000 events.
const FIVE_HUNDRED: &str = r#"
seed = 3
ttl = 4
duplicates = "best"
[overlay.regular]
peers = 500
degree = 4
[placement.uniform]
chunks = "1-50"
replicas = 4
[[client]]
name = "viewer"
count = 8
contact = { random = "all" }
chunks = { random = 5 }
"#;

/// A run with more than 100,000 events.
const THOUSANDS: &str = r#"
seed = 3
ttl = 7
duplicates = "best"
[overlay.regular]
peers = 6000
degree = 6
[placement.uniform]
chunks = "1-50"
replicas = 4
[[client]]
name = "viewer"
count = 2
contact = { random = "all" }
chunks = { random = 5 }
"#;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The tools that are needed, or what is missing.
fn tools() -> Result<PathBuf, &'static str> {
    let browser = BROWSERS.map(PathBuf::from).into_iter().find(|b| b.exists());
    let browser = browser.ok_or("no Chromium on this machine")?;
    let node = Command::new("node")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if !node.is_ok_and(|status| status.success()) {
        return Err("no Node.js on this machine");
    }
    match root().join("tests/page/node_modules").exists() {
        true => Ok(browser),
        false => Err("`npm ci` has not been run in tests/page"),
    }
}

/// The tools, or a word about what is missing; that fails where all must be there.
fn tools_or_word() -> Option<PathBuf> {
    match tools() {
        Ok(browser) => Some(browser),
        Err(missing) => {
            assert!(std::env::var_os("P2P_SIM_ALL_TOOLS").is_none(), "{missing}");
            // Not by `eprintln!`, which the test runner keeps to itself.
            writeln!(io::stderr(), "skipped: {missing}").unwrap();
            None
        }
    }
}

/// Runs `scenario` and leaves NAME.html and NAME.jsonl in `pages`.
fn make(pages: &Path, name: &str, scenario: &Path) {
    let file = |ending: &str| pages.join(format!("{name}.{ending}"));
    let done = Command::new(env!("CARGO_BIN_EXE_p2p-sim"))
        .args(["run", "--quiet", "--net", "127.156", "--out"])
        .arg(pages.join("runs").join(name))
        .arg("--report")
        .arg(file("html"))
        .arg("--trace")
        .arg(file("jsonl"))
        .arg(scenario)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(0), "{name}: {told}");
}

/// Makes a page of the first half of a trace, broken off in the middle of a line.
fn make_cut_off(pages: &Path) {
    let whole = fs::read_to_string(pages.join("mesh.jsonl")).unwrap();
    let some = &whole[..whole.len() / 2];
    let cut = pages.join("cut.jsonl");
    fs::write(&cut, some).unwrap();
    // The scripts read what is whole of it.
    let lines = some.rsplit_once('\n').unwrap().0;
    fs::write(pages.join("cut-off.jsonl"), lines).unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_p2p-sim"))
        .arg("report")
        .arg(cut)
        .arg("--output")
        .arg(pages.join("cut-off.html"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(0), "{told}");
    assert!(told.contains("breaks off"), "{told}");
}

/// Runs the scripts in `folder` of `tests/page`.
fn run_scripts(folder: &str, environment: &[(&str, &Path)]) {
    let page = root().join("tests/page");
    let scripts = fs::read_dir(page.join(folder)).unwrap();
    let scripts = scripts.map(|script| script.unwrap().path());
    let mut scripts: Vec<PathBuf> = scripts
        .filter(|script| script.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    scripts.sort();
    let done = Command::new("node")
        .args(["--test", "--test-concurrency=2"])
        .args(scripts)
        .envs(environment.iter().copied())
        .current_dir(page)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{told}");
}

#[test]
fn the_page_works_in_a_browser() {
    let Some(browser) = tools_or_word() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path();
    for (name, scenario) in SHIPPED {
        make(pages, name, &root().join("scenarios").join(scenario));
    }
    for (name, scenario) in [("fivehundred", FIVE_HUNDRED), ("thousands", THOUSANDS)] {
        let file = pages.join(format!("{name}.toml"));
        fs::write(&file, scenario).unwrap();
        make(pages, name, &file);
    }
    make_cut_off(pages);
    run_scripts(
        "browser",
        &[("P2P_SIM_PAGES", pages), ("P2P_SIM_CHROMIUM", &browser)],
    );
}

#[test]
fn the_scripts_of_the_page_do_what_they_say() {
    if tools_or_word().is_some() {
        run_scripts("unit", &[]);
    }
}

#[test]
fn the_scripts_of_the_page_are_clean() {
    if tools_or_word().is_none() {
        return;
    }
    let lint = root().join("tests/page/node_modules/.bin/eslint");
    let done = Command::new(lint)
        .args(["--config", "tests/page/eslint.config.mjs"])
        .args(["src/page/web", "tests/page"])
        .current_dir(root())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{told}");
}
