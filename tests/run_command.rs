//! `p2p-sim run` as a process: exit codes, folders, forms of output, and what goes wrong outside.
//!
//! The runs are on 127.120 to 127.139.

#![cfg(test)]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::UdpSocket;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const PAIR: &str = "links = [[\"a\", \"b\"]]\n[[peer]]\nname = \"a\"\nchunks = [7]\n[[peer]]\nname = \"b\"\n\
                    [[client]]\nname = \"c\"\ncontact = \"b\"\nchunks = [7, 8]\n";

struct Workshop(tempfile::TempDir);

impl Workshop {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("pair.toml"), PAIR).unwrap();
        Self(dir)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_p2p-sim"));
        command.current_dir(self.path()).args(args.split(' '));
        command
    }

    fn run(&self, args: &str) -> Output {
        self.command(args).output().unwrap()
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_run_has_a_folder_of_its_own_and_never_mixes_two() {
    let shop = Workshop::new();
    for number in 1..=2 {
        let run = shop.run("run pair.toml --net 127.120 -q");
        assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
        assert_eq!(text(&run.stderr), "");
        let dir = shop.path().join(format!("runs/pair-{number}/c"));
        let log = fs::read_to_string(dir.join("output-127.120.0.1.log")).unwrap();
        assert_eq!(log, "127.120.0.1:5001 - 7\n0.0.0.0:0 - 8\n");
        let chunk = fs::read(dir.join("BigBuckBunny_7.m4s")).unwrap();
        assert!((512..=1024).contains(&chunk.len()));
        assert_eq!(fs::read_dir(dir).unwrap().count(), 2);
    }
}

#[test]
fn a_folder_that_is_named_is_cleared_of_what_an_earlier_run_left() {
    let shop = Workshop::new();
    let client = shop.path().join("kept/c");
    fs::create_dir_all(&client).unwrap();
    fs::write(client.join("BigBuckBunny_8.m4s"), "from an earlier run").unwrap();
    fs::write(client.join("notes.txt"), "mine").unwrap();
    let run = shop.run("run pair.toml --net 127.121 --out kept -q");
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stdout));
    assert!(!client.join("BigBuckBunny_8.m4s").exists());
    assert!(client.join("notes.txt").exists());
    assert!(!shop.path().join("runs").exists());
}

#[test]
fn several_runs_have_folders_of_their_own_in_the_one_that_is_named() {
    let shop = Workshop::new();
    fs::create_dir(shop.path().join("other")).unwrap();
    fs::write(shop.path().join("other/pair.toml"), PAIR).unwrap();
    fs::write(shop.path().join("pair-2.toml"), PAIR).unwrap();
    let run = shop.run("run pair.toml other/pair.toml pair-2.toml --net 127.131 --out kept -q");
    assert_eq!(run.status.code(), Some(0));
    for name in ["pair", "pair-2", "pair-2-2"] {
        let log = shop
            .path()
            .join("kept")
            .join(name)
            .join("c/output-127.131.0.1.log");
        assert!(log.exists(), "{}", log.display());
    }
}

#[test]
fn a_check_that_fails_is_exit_1_and_names_client_chunk_and_event() {
    let shop = Workshop::new();
    fs::write(
        shop.path().join("wrong.toml"),
        format!("{PAIR}[client.expect]\n7 = \"missing\"\n"),
    )
    .unwrap();
    let run = shop.run("run wrong.toml pair.toml --net 127.122");
    assert_eq!(run.status.code(), Some(1));
    let screen = text(&run.stdout);
    for line in [
        "1. missing c, chunk 7",
        "   expected  missing",
        "   got       a",
        "FAIL wrong: 1 finding",
        "2 scenarios: 1 passed, failed: wrong",
    ] {
        assert!(screen.contains(line), "no {line:?} in\n{screen}");
    }
    assert!(screen.contains("   event     #"), "{screen}");
    assert!(
        screen.lines().all(|line| line.chars().count() <= 80),
        "{screen}"
    );
    assert!(
        !screen.contains('\u{1b}'),
        "no colours where no terminal is"
    );
}

#[test]
fn all_that_is_wrong_with_all_scenarios_is_told_before_anything_is_bound() {
    let shop = Workshop::new();
    fs::write(
        shop.path().join("bad.toml"),
        PAIR.replace("\"b\"\nchunks", "\"x\"\nchunks"),
    )
    .unwrap();
    let run = shop.run("run pair.toml bad.toml nowhere.toml --net 127.123");
    assert_eq!(run.status.code(), Some(2));
    assert_eq!(text(&run.stdout), "");
    let told = text(&run.stderr);
    assert!(told.contains("no peer is called `x`"), "{told}");
    assert!(told.contains("bad.toml:9:11"), "{told}");
    assert!(told.contains("nowhere.toml: 1 problem"), "{told}");
    assert!(!shop.path().join("runs").exists());
}

#[test]
fn an_overlay_that_is_not_shipped_is_asked_for_with_where_to_get_it() {
    let shop = Workshop::new();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/gnutella.toml");
    let lines = fs::read_to_string(&shipped).unwrap().lines().count();
    assert!(lines <= 10, "a real overlay takes ten lines, not {lines}");
    fs::copy(shipped, shop.path().join("gnutella.toml")).unwrap();
    for command in ["check", "run"] {
        let run = shop.run(&format!("{command} gnutella.toml"));
        assert_eq!(run.status.code(), Some(2), "{command}");
        let told = text(&run.stderr);
        for line in [
            "error: cannot read `data/p2p-Gnutella08.txt`",
            "help: get it from https://snap.stanford.edu/data/p2p-Gnutella08.html",
            "and put it at data/p2p-Gnutella08.txt",
        ] {
            assert!(told.contains(line), "{command}: no {line:?} in\n{told}");
        }
    }
}

#[test]
fn what_is_no_regular_file_is_not_waited_for() {
    let shop = Workshop::new();
    let made = Command::new("mkfifo")
        .arg(shop.path().join("pipe.toml"))
        .status();
    assert!(made.unwrap().success());
    let run = shop.run("run pipe.toml");
    assert_eq!(run.status.code(), Some(2));
    assert!(text(&run.stderr).contains("this is not a regular file"));
}

#[test]
fn a_neighbour_on_another_machine_needs_real_time() {
    let shop = Workshop::new();
    let text_of = PAIR.replace(
        "name = \"b\"\n",
        "name = \"b\"\nneighbours = [\"10.1.2.3:5001\"]\n",
    );
    fs::write(shop.path().join("outside.toml"), text_of).unwrap();
    let run = shop.run("run outside.toml --net 127.124");
    assert_eq!(run.status.code(), Some(2));
    assert!(
        text(&run.stderr).contains("--real-time"),
        "{}",
        text(&run.stderr)
    );
}

#[test]
fn a_flood_above_the_limit_is_refused_with_ways_out() {
    let shop = Workshop::new();
    let names: Vec<String> = (0..15).map(|n| format!("\"p{n}\"")).collect();
    let mut crowd = "ttl = 6\n".to_owned();
    for name in &names {
        crowd += &format!(
            "[[peer]]\nname = {name}\nneighbours = [{}]\n",
            names.join(", ")
        );
    }
    crowd += "[[client]]\nname = \"c\"\ncontact = \"p0\"\nchunks = [1]\nrepeats = 0\n";
    fs::write(shop.path().join("crowd.toml"), crowd).unwrap();
    let run = shop.run("run crowd.toml --max-datagrams 40000 --net 127.125");
    assert_eq!(run.status.code(), Some(2));
    // (n − 1)((n − 2)^T − 1)/(n − 3) with n = 15, and a HELLO, a GET and a RESPONSE: 5,631,279 at T = 6.
    let told = text(&run.stderr);
    for line in [
        "error: crowd.toml: the run may send 5,631,279 datagrams; the limit is 40,000",
        "help: `ttl = 4` stays below it",
        "help: `duplicates = \"best\"` sends 199 at most",
    ] {
        assert!(told.contains(line), "no {line:?} in\n{told}");
    }
    let run = shop.run("run crowd.toml --real-time --net 127.125");
    assert_eq!(run.status.code(), Some(2));
    assert!(
        text(&run.stderr).contains("live mode keeps up with 500,000"),
        "{}",
        text(&run.stderr)
    );
}

#[test]
fn a_taken_address_is_exit_3_and_names_peer_address_and_way_out() {
    let shop = Workshop::new();
    let _taken = UdpSocket::bind("127.126.0.1:5002").unwrap();
    for mode in ["", " --real-time"] {
        let run = shop.run(&format!("run pair.toml --net 127.126{mode}"));
        assert_eq!(run.status.code(), Some(3));
        assert_eq!(text(&run.stdout), "");
        assert_eq!(
            text(&run.stderr),
            "error: 127.126.0.1:5002, the address of peer b, is taken by another program\n\
             help: end the program that has it, or move the whole run with `--net 127.77`\n"
        );
        assert!(
            !shop.path().join("runs").exists(),
            "nothing is half-written"
        );
    }
}

#[test]
fn a_run_in_memory_needs_no_address_and_says_so() {
    let shop = Workshop::new();
    let _taken = UdpSocket::bind("127.133.0.1:5002").unwrap();
    fs::write(
        shop.path().join("said.toml"),
        format!("carrier = \"memory\"\n{PAIR}"),
    )
    .unwrap();
    for args in ["pair.toml --carrier memory", "said.toml"] {
        let run = shop.run(&format!("run {args} --net 127.133"));
        assert_eq!(run.status.code(), Some(0), "{args}: {}", text(&run.stderr));
        let screen = text(&run.stdout);
        assert!(screen.contains("seed 0, lockstep in memory\n"), "{screen}");
        let run = shop.run(&format!("run {args} --net 127.133 --format json"));
        let document: Value = serde_json::from_slice(&run.stdout).unwrap();
        assert_eq!(document["runs"][0]["mode"], "lockstep");
        assert_eq!(document["runs"][0]["carrier"], "memory");
    }
    // The command line goes before the file.
    let run = shop.run("run said.toml --carrier sockets --net 127.133");
    assert_eq!(run.status.code(), Some(3));
    assert!(text(&run.stderr).contains("127.133.0.1:5002, the address of peer b, is taken"));
}

#[test]
fn live_runs_are_on_sockets() {
    let shop = Workshop::new();
    fs::write(
        shop.path().join("said.toml"),
        format!("carrier = \"memory\"\n{PAIR}"),
    )
    .unwrap();
    for (args, told) in [
        (
            "pair.toml --carrier memory",
            "error: --real-time needs sockets; memory carries in lockstep\n\
             help: leave out one of --real-time and --carrier memory\n",
        ),
        (
            "said.toml pair.toml",
            "error: said.toml: it has `carrier = \"memory\"`, and --real-time needs sockets\n\
             help: leave out --real-time, or add `--carrier sockets`, which goes before the file\n",
        ),
    ] {
        let run = shop.run(&format!("run {args} --real-time --net 127.134"));
        assert_eq!(run.status.code(), Some(2));
        assert_eq!(text(&run.stderr), told);
        assert!(!shop.path().join("runs").exists());
    }
}

#[test]
fn more_endpoints_than_sockets_is_one_sentence_with_both_ways_out() {
    let shop = Workshop::new();
    let mut many = "[overlay.ring]\npeers = 200\n".to_owned();
    many += "[[client]]\nname = \"c\"\ncontact = \"p1\"\nchunks = [1]\n";
    fs::write(shop.path().join("many.toml"), many).unwrap();
    // The hard limit, which nobody but root can raise again.
    let limited = |options: &str| {
        let program = env!("CARGO_BIN_EXE_p2p-sim");
        let script = format!("ulimit -n 120 && exec '{program}' run many.toml -q {options}");
        let mut command = Command::new("sh");
        command.current_dir(shop.path()).args(["-c", &script]);
        command.output().unwrap()
    };
    for mode in ["", " --real-time"] {
        let run = limited(&format!("--net 127.136 --trace many.jsonl{mode}"));
        assert_eq!(run.status.code(), Some(3));
        assert_eq!(text(&run.stdout), "");
        // 201 sockets, a log, and 64 to spare.
        assert_eq!(
            text(&run.stderr),
            "error: the run needs 266 open files, 201 of them sockets, and this process may have \
             120\nhelp: `--carrier memory` runs it in lockstep, without sockets\n\
             help: raise the limit, which only root may: `ulimit -n 266`\n"
        );
        assert_eq!(fs::read_dir(shop.path()).unwrap().count(), 2);
    }
    let run = limited("--carrier memory");
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
}

#[test]
fn a_folder_that_cannot_be_written_is_exit_3() {
    let shop = Workshop::new();
    let run = shop.run("run pair.toml --out pair.toml --net 127.127");
    assert_eq!(run.status.code(), Some(3));
    let told = text(&run.stderr);
    assert!(
        told.starts_with("error: cannot write pair.toml/c: "),
        "{told}"
    );
    assert_eq!(
        fs::read_to_string(shop.path().join("pair.toml")).unwrap(),
        PAIR
    );
}

#[test]
fn an_interrupted_run_ends_with_130_and_what_was_found_so_far() {
    let shop = Workshop::new();
    let mut child = shop
        .command("run pair.toml --real-time -v --net 127.128")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut events = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("logged c chunk 7") {
        line.clear();
        assert!(
            events.read_line(&mut line).unwrap() > 0,
            "the run ended early"
        );
    }
    let told = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(told.unwrap().success());
    let mut rest = String::new();
    events.read_to_string(&mut rest).unwrap();
    let mut screen = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut screen)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(
        screen.contains("FAIL pair: interrupted before its end"),
        "{screen}"
    );
    assert!(screen.contains("not logged"), "{screen}");
    let log = shop.path().join("runs/pair-1/c/output-127.128.0.1.log");
    assert_eq!(fs::read_to_string(log).unwrap(), "127.128.0.1:5001 - 7\n");
}

#[test]
fn nobody_reading_changes_no_exit_code() {
    let shop = Workshop::new();
    let wrong = format!("{PAIR}[client.expect]\n7 = \"missing\"\n");
    fs::write(shop.path().join("wrong.toml"), wrong).unwrap();
    for (args, code) in [
        ("run pair.toml --net 127.129", 0),
        ("run wrong.toml --net 127.129", 1),
        ("run wrong.toml --net 127.129 --format json", 1),
    ] {
        let mut command = shop.command(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(text(&output.stderr), "", "{args}");
        assert_eq!(output.status.code(), Some(code), "{args}");
    }
}

#[test]
fn what_came_of_the_runs_before_is_told_when_one_cannot_be_had() {
    let shop = Workshop::new();
    let taken = PAIR.replace(
        "name = \"a\"\n",
        "name = \"a\"\naddress = \"127.132.9.9:7001\"\n",
    );
    fs::write(shop.path().join("taken.toml"), taken).unwrap();
    let _taken = UdpSocket::bind("127.132.9.9:7001").unwrap();
    let run = shop.run("run pair.toml taken.toml pair.toml --net 127.132 --format json");
    assert_eq!(run.status.code(), Some(3));
    let document: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(document["runs"].as_array().unwrap().len(), 1);
    assert!(text(&run.stderr).contains("127.132.9.9:7001, the address of peer a, is taken"));
}

#[test]
fn the_json_document_has_what_it_promises() {
    let shop = Workshop::new();
    let run = shop.run("run pair.toml --net 127.130 --format json");
    assert_eq!(run.status.code(), Some(0));
    let document: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(document["format_version"], 1);
    let run = &document["runs"][0];
    assert_eq!(run["scenario"], "pair");
    assert_eq!(run["seed"], 0);
    assert_eq!(run["verdict"], "pass");
    let client = &run["clients"][0];
    assert_eq!(client["name"], "c");
    assert_eq!(client["log"], "runs/pair-1/c/output-127.130.0.1.log");
    let found = &client["chunks"][0];
    assert_eq!(found["id"], 7);
    assert_eq!(found["source"], "127.130.0.1:5001");
    assert_eq!(found["peer"], "a");
    assert_eq!(found["hops"], 1);
    assert_eq!(found["expected"][0], "a");
    assert_eq!(found["verdict"], "pass");
    let missing = &client["chunks"][1];
    assert_eq!(missing["source"], Value::Null);
    assert_eq!(missing["expected"], Value::Array(Vec::new()));
    // Six HELLOs, each passed on once; one answer, one GET, one RESPONSE.
    let sent = serde_json::json!({
        "hello": 6, "query": 6, "chunks_info": 1, "get": 1, "response": 1,
        "query_again": 0, "ack": 0,
    });
    assert_eq!(run["datagrams"], sent);
    let predicted = serde_json::json!({"hello": 6, "query": 6, "chunks_info": 1});
    assert_eq!(run["predicted"], predicted);
    let books = serde_json::json!({
        "sent": 15, "duplicated": 0, "from_outside": 0,
        "delivered": 15, "dropped": {}, "lost_by_kernel": 0, "in_flight": 0,
        "corrupted": 0, "delayed": 0,
    });
    assert_eq!(run["accounting"], books);
    assert_eq!(run["peers_reached"], 2);
    assert_eq!(run["duplicates"], 0);
    assert!(
        run["checks"]
            .as_array()
            .unwrap()
            .iter()
            .all(|check| check["verdict"] == "pass")
    );
    assert_eq!(run["findings"], Value::Array(Vec::new()));
    // The first wait ends 5 s after the one answer, at 3 ms; five more of 5 s follow.
    assert_eq!(run["clock_ms"], 30_003.0);
}
