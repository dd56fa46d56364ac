//! `check`, `graph`, `new`, `completions`, `run --repeat` and `sweep` as processes.
//!
//! The runs are on 127.140 to 127.149.

#![cfg(test)]

use std::fs;
use std::net::UdpSocket;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// `a` holds chunk 7, nobody chunk 8; the client expects what is wrong.
const PAIR: &str = "links = [[\"a\", \"b\"]]\n[[peer]]\nname = \"a\"\nchunks = [7]\n[[peer]]\nname = \"b\"\n\
                    [[client]]\nname = \"c\"\ncontact = \"b\"\nchunks = [7, 8]\nrepeats = 1\n";

struct Workshop(tempfile::TempDir);

impl Workshop {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("pair.toml"), PAIR).unwrap();
        let wrong = format!("{PAIR}[client.expect]\n7 = \"missing\"\n");
        fs::write(dir.path().join("wrong.toml"), wrong).unwrap();
        fs::write(
            dir.path().join("bad.toml"),
            PAIR.replace("contact = \"b\"", ""),
        )
        .unwrap();
        Self(dir)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_p2p-sim"));
        command.current_dir(self.path()).args(args.split(' '));
        command.env("TMPDIR", self.path());
        command
    }

    fn run(&self, args: &str) -> Output {
        self.command(args).output().unwrap()
    }

    /// What is printed on standard output by a command that ends with `code`.
    fn says(&self, args: &str, code: i32) -> String {
        let done = self.run(args);
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(code), "{args}: {said}");
        String::from_utf8(done.stdout).unwrap()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }
}

#[test]
fn check_tells_of_every_file_what_is_wrong() {
    let shop = Workshop::new();
    let done = shop.run("check bad.toml pair.toml nowhere.toml");
    assert_eq!(done.status.code(), Some(2));
    let told = String::from_utf8(done.stderr).unwrap();
    assert!(told.contains("bad.toml: 1 problem"), "{told}");
    assert!(told.contains("nowhere.toml: 1 problem"), "{told}");
    let screen = String::from_utf8(done.stdout).unwrap();
    assert!(
        screen.contains("OK pair: 1 chunk must be found, 1 cannot be found"),
        "{screen}"
    );
    assert!(
        screen.ends_with("\n3 files: 1 right, wrong: bad.toml, nowhere.toml\n"),
        "{screen}"
    );
    assert!(!shop.path().join("runs").exists());
}

#[test]
fn check_foretells_floods_parts_and_failures() {
    let shop = Workshop::new();
    fs::write(
        shop.path().join("parts.toml"),
        PAIR.replace("[[client]]", "[[peer]]\nname = \"alone\"\n[[client]]"),
    )
    .unwrap();
    let screen = shop.says("check parts.toml", 0);
    assert!(
        screen.contains("disconnected: 2 components of 2 and 1 peers"),
        "{screen}"
    );
    assert!(
        screen.lines().all(|line| line.chars().count() <= 80),
        "{screen}"
    );
    let document: Value =
        serde_json::from_str(&shop.says("check wrong.toml --format json", 0)).unwrap();
    let wrong = &document["scenarios"][0];
    assert_eq!(wrong["clients"][0]["chunks"][0]["found"], "must");
    assert_eq!(wrong["clients"][0]["chunks"][1]["found"], "cannot");
    // Two HELLOs, each passed on once, one answer.
    let own = wrong["floods"]
        .as_array()
        .unwrap()
        .iter()
        .find(|flood| flood["is_own"] == true);
    assert_eq!(own.unwrap()["total"], 5);
    let warnings = wrong["warnings"].as_array().unwrap();
    assert_eq!(
        warnings[..],
        ["c expects chunk 7 to be missing, and it must be found: a run will fail"]
    );
}

#[test]
fn graph_writes_whole_files_and_valid_xml() {
    let shop = Workshop::new();
    assert_eq!(shop.says("graph pair.toml --output it.svg", 0), "");
    let drawn = shop.read("it.svg");
    roxmltree::Document::parse(&drawn).unwrap();
    assert_eq!(shop.says("graph pair.toml --format svg", 0), drawn);
    assert!(
        shop.says("graph pair.toml --format dot", 0)
            .starts_with("digraph \"pair\" {")
    );
    assert!(
        shop.says("graph pair.toml --format mermaid", 0)
            .starts_with("flowchart LR\n")
    );
    shop.says("graph pair.toml --output nowhere/it.svg", 3);
    let done = shop.run("graph pair.toml --client x");
    assert_eq!(done.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(done.stderr).unwrap(),
        "error: pair.toml: no client is called `x`\nhelp: its clients are c\n"
    );
}

#[test]
fn every_kind_of_new_scenario_is_right() {
    let shop = Workshop::new();
    for line in shop.says("new --list", 0).lines() {
        let kind = line.split(' ').next().unwrap();
        fs::write(
            shop.path().join("new.toml"),
            shop.says(&format!("new {kind}"), 0),
        )
        .unwrap();
        let said = shop.says("check new.toml -q", 0);
        assert!(
            said.starts_with("OK new: ") && !said.contains("warning"),
            "{kind}: {said}"
        );
    }
    assert_eq!(shop.says("new", 0), shop.says("new small", 0));
}

#[test]
fn shells_get_completions() {
    let shop = Workshop::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(
            shop.says(&format!("completions {shell}"), 0)
                .contains("sweep")
        );
    }
}

#[test]
fn repeats_sum_up_and_name_the_seeds_that_failed() {
    let shop = Workshop::new();
    let screen = shop.says(
        "run pair.toml --repeat 3 --seed 5 --net 127.140 --out kept",
        0,
    );
    assert!(
        screen.contains("3 runs, seeds 5 to 7; 2 chunks wanted in each"),
        "{screen}"
    );
    assert!(screen.ends_with("PASS pair: 3 runs passed\n"), "{screen}");
    for seed in 5..8 {
        let log = shop.read(&format!("kept/seed-{seed}/c/output-127.140.0.1.log"));
        assert_eq!(log, "127.140.0.1:5001 - 7\n0.0.0.0:0 - 8\n");
    }
    let screen = shop.says("run wrong.toml --repeat 12 --net 127.141", 1);
    assert!(
        screen.ends_with(
            "FAIL wrong: 0 runs passed, 12 failed\n  seeds 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more; \
             one alone:\n  p2p-sim run wrong.toml --seed 0 --net 127.141\n"
        ),
        "{screen}"
    );
    assert!(shop.path().join("runs/wrong-1/seed-11/c").exists());
    let document = shop.says("run pair.toml --repeat 3 --net 127.142 --format json", 0);
    let document: Value = serde_json::from_str(&document).unwrap();
    let seeds: Vec<&Value> = document["runs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| &run["seed"])
        .collect();
    assert_eq!(seeds, [0, 1, 2]);
}

#[test]
fn a_sweep_runs_every_combination_and_goes_on_where_it_was() {
    let shop = Workshop::new();
    let sweep =
        "sweep wrong.toml --ttl 0..2 --duplicates all --repeat 2 --resume it.jsonl --format csv";
    let csv = shop.says(sweep, 0);
    assert_eq!(csv.lines().count(), 10);
    assert!(
        csv.lines()
            .nth(1)
            .unwrap()
            .starts_with("0,literal,2,2,0,0,2,1,1,1,0,0,0,0,0,0,"),
        "{csv}"
    );
    let journal = shop.read("it.jsonl");
    assert_eq!(journal.lines().count(), 1 + 9 * 2);
    // Cut off in the middle of a line, it is made whole again, and nothing known is run twice.
    fs::write(shop.path().join("it.jsonl"), &journal[..journal.len() - 30]).unwrap();
    assert_eq!(shop.says(sweep, 0), csv);
    assert_eq!(shop.read("it.jsonl"), journal);
    let done = shop.run("sweep pair.toml --ttl 1 --resume it.jsonl");
    assert_eq!(done.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(done.stderr).unwrap(),
        "error: it.jsonl has results of another scenario, limit or version of p2p-sim; name \
         another file\n"
    );
    let left = fs::read_dir(shop.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left
        .filter(|name| name.to_string_lossy().starts_with("p2p-sim"))
        .collect();
    assert_eq!(left, [""; 0], "no folders of logs are left");
}

#[test]
fn a_sweep_draws_and_tells_of_what_is_too_large() {
    let shop = Workshop::new();
    let screen = shop.says(
        "sweep pair.toml --ttl 1..3 --max-datagrams 5 --svg it.svg --y reach",
        1,
    );
    assert!(screen.contains("too large"), "{screen}");
    assert!(
        screen.ends_with("FAIL pair: nothing was run, 3 too large\n"),
        "{screen}"
    );
    let document = shop.read("it.svg");
    roxmltree::Document::parse(&document).unwrap();
}

#[test]
fn a_combination_that_is_no_scenario_ends_a_sweep_before_it_begins() {
    let shop = Workshop::new();
    let done = shop.run("sweep pair.toml --ttl 3,70000 --resume it.jsonl");
    assert_eq!(done.status.code(), Some(2));
    let told = String::from_utf8(done.stderr).unwrap();
    assert!(
        told.starts_with("with ttl = 70000:\nerror: `ttl` is out of range\n"),
        "{told}"
    );
    assert!(!shop.path().join("it.jsonl").exists());
}

#[test]
fn an_interrupted_sweep_tells_and_keeps_what_there_is() {
    let shop = Workshop::new();
    let mut command = shop.command("sweep pair.toml --ttl 1..3 --repeat 100000 --resume it.jsonl");
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = || {
        let journal = fs::read_to_string(shop.path().join("it.jsonl"));
        journal.map_or(0, |text| text.lines().count())
    };
    while lines() < 5 {
        std::thread::yield_now();
    }
    let told = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(told.unwrap().success());
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(130));
    let screen = String::from_utf8(done.stdout).unwrap();
    assert!(screen.ends_with(", 0 failed, interrupted\n"), "{screen}");
    assert!(lines() >= 5);
    let left = fs::read_dir(shop.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left
        .filter(|name| name.to_string_lossy().starts_with("p2p-sim"))
        .collect();
    assert_eq!(left, [""; 0], "no folders of logs are left");
}

#[test]
fn a_sweep_on_sockets_finds_what_one_in_memory_does() {
    let shop = Workshop::new();
    let said = format!("carrier = \"memory\"\n{PAIR}");
    fs::write(shop.path().join("said.toml"), said).unwrap();
    let swept = |options: &str| {
        let args = "sweep said.toml --ttl 0..2 --repeat 3 --jobs 3 --format csv --net 127.147";
        shop.run(&format!("{args}{options}"))
    };
    let in_memory = swept("");
    let on_sockets = swept(" --carrier sockets");
    assert_eq!(on_sockets.status.code(), Some(0));
    assert_eq!(on_sockets.stdout, in_memory.stdout);
    // Whether it is on sockets shows where an address of its is not free.
    let _taken = UdpSocket::bind("127.147.0.1:5002").unwrap();
    for (options, code) in [
        ("", 0),
        (" --carrier sockets", 3),
        (" --set carrier=sockets,memory", 3),
    ] {
        assert_eq!(swept(options).status.code(), Some(code), "{options}");
    }
}

#[test]
fn nobody_reading_changes_no_exit_code() {
    let shop = Workshop::new();
    for args in [
        "check pair.toml",
        "check pair.toml --format json",
        "graph pair.toml",
        "new",
        "schema",
        "dissector",
        "completions bash",
        "sweep pair.toml --ttl 1..2",
        "run pair.toml --repeat 2 --net 127.143",
    ] {
        let mut command = shop.command(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let done = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(done.stderr).unwrap(), "", "{args}");
        assert_eq!(done.status.code(), Some(0), "{args}");
    }
}

#[test]
fn every_help_fits_and_has_an_example() {
    let shop = Workshop::new();
    for command in [
        "run",
        #[cfg(feature = "watch")]
        "watch",
        "check",
        "sweep",
        "graph",
        "new",
        "schema",
        "dissector",
        "completions",
    ] {
        let help = shop.says(&format!("{command} --help"), 0);
        assert!(help.contains("Examples:\n"), "{command}");
        for line in help.lines() {
            assert!(line.chars().count() <= 80, "{command}: {line}");
        }
    }
}
