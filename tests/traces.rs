//! Files that are made of a run, at once and later, as processes: `run --trace` and its like, and
//! `report`.
//!
//! The runs are on 127.150, each test on hosts of its own.

#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

/// Two peers and a client, on a host of their own so that tests go on side by side.
fn pair(host: u8) -> String {
    let address = |port: u16| format!("address = \"127.0.{host}.1:{port}\"");
    let [a, b] = [5_001, 5_002].map(address);
    format!(
        "links = [[\"a\", \"b\"]]\n[[peer]]\nname = \"a\"\n{a}\nchunks = [7]\n[[peer]]\nname = \"b\"\n{b}\n\
         [[client]]\nname = \"c\"\nbind = \"127.0.{host}.1\"\ncontact = \"b\"\nchunks = [7, 8]\n"
    )
}

/// The options that make files, each with its file.
const FILES: &str = "--report it.html --trace it.jsonl --pcap it.pcapng --diagram it.svg";

struct Workshop(tempfile::TempDir);

impl Workshop {
    fn new(host: u8) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("pair.toml"), pair(host)).unwrap();
        fs::create_dir(dir.path().join("folder")).unwrap();
        let wrong = format!("{}[client.expect]\n7 = \"missing\"\n", pair(host));
        fs::write(dir.path().join("wrong.toml"), wrong).unwrap();
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

    /// The files that are there, folders left out, with what is in them.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(self.path()).unwrap().map(Result::unwrap);
        let files = entries.filter(|entry| entry.path().is_file());
        let named = files.map(|file| {
            let name = file.file_name().into_string().unwrap();
            (name, fs::read(file.path()).unwrap())
        });
        named.collect()
    }

    fn names(&self) -> Vec<String> {
        self.files().into_keys().collect()
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn what_is_printed_is_the_same_with_files_and_without() {
    let shop = Workshop::new(101);
    // Whatever the verdict is.
    for (scenario, code) in [("pair", 0), ("wrong", 1)] {
        for form in ["-q", "--format text", "--format json"] {
            let with = format!("run {scenario}.toml --net 127.150 --out out {form} {FILES}");
            let without = with.split(" --report").next().unwrap();
            let [without, with] = [without, &with].map(|args| shop.run(args));
            assert_eq!(with.status.code(), Some(code));
            assert_eq!(text(&with.stderr), "");
            let timeless = |output: &Output| {
                let lines = text(&output.stdout).lines();
                let lines =
                    lines.filter(|line| !line.contains("took ") && !line.contains("wall_ms"));
                lines.map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(timeless(&with), timeless(&without));
            let names = [
                "it.html",
                "it.jsonl",
                "it.pcapng",
                "it.svg",
                "pair.toml",
                "wrong.toml",
            ];
            assert_eq!(shop.names(), names);
        }
    }
}

#[test]
fn what_is_made_later_is_what_is_made_at_once() {
    let shop = Workshop::new(102);
    let few = "--diagram-peers c,a --diagram-types query,Hello";
    let run = shop.run(&format!("run wrong.toml --net 127.150 -q {FILES} {few}"));
    assert_eq!(run.status.code(), Some(1));
    let at_once = shop.files();
    for name in ["it.html", "it.pcapng", "it.svg"] {
        fs::remove_file(shop.path().join(name)).unwrap();
    }
    let files = "--output it.html --pcap it.pcapng --diagram it.svg";
    let report = shop.run(&format!("report it.jsonl {files} {few}"));
    assert_eq!(report.status.code(), Some(0), "{}", text(&report.stderr));
    assert_eq!((text(&report.stdout), text(&report.stderr)), ("", ""));
    assert_eq!(shop.files(), at_once);

    fs::remove_file(shop.path().join("it.html")).unwrap();
    let report = shop.run("report it.jsonl");
    assert_eq!(text(&report.stderr), "note: the page is it.html\n");
    assert_eq!(shop.files(), at_once);
}

#[test]
fn a_path_that_cannot_be_written_is_told_before_anything_is_bound() {
    let shop = Workshop::new(103);
    // Somebody else has the run's address: whoever binds it first fails by that.
    let _taken = std::net::UdpSocket::bind("127.150.103.1:5001").unwrap();
    for option in ["--report", "--trace", "--pcap", "--diagram"] {
        for file in ["nowhere/it", "folder", "pair.toml/it", "new/"] {
            let run = shop.run(&format!("run pair.toml --net 127.150 {option} {file}"));
            assert_eq!(run.status.code(), Some(3), "{option} {file}");
            let told = text(&run.stderr);
            let start = format!("error: cannot write {file}: ");
            assert!(
                told.starts_with(&start) && !told.contains(".p2p-sim-"),
                "{told}"
            );
            assert_eq!(text(&run.stdout), "");
        }
    }
    let run = shop.run(&format!("run pair.toml --net 127.150 {FILES}"));
    assert_eq!(run.status.code(), Some(3));
    assert!(text(&run.stderr).contains("127.150.103.1:5001, the address of peer a, is taken"));
    assert!(!shop.path().join("runs").exists());
    assert_eq!(shop.names(), ["pair.toml", "wrong.toml"]);
    let sweep = shop.run("sweep pair.toml --ttl 1..2 --svg nowhere/it.svg");
    assert_eq!(sweep.status.code(), Some(3));
}

#[test]
fn who_is_not_there_cannot_be_drawn() {
    let shop = Workshop::new(104);
    for (list, hint) in [
        ("a,bb", "did you mean `b`?"),
        ("somebody", "those that take part are a, b, c"),
        ("a,", "an empty place"),
    ] {
        let run = shop.run(&format!(
            "run pair.toml --diagram it.svg --diagram-peers {list}"
        ));
        assert_eq!(run.status.code(), Some(2));
        let told = text(&run.stderr);
        assert!(
            told.contains("error: --diagram-peers: ") && told.contains(hint),
            "{told}"
        );
    }
    assert!(!shop.path().join("runs").exists());
    assert_eq!(shop.names(), ["pair.toml", "wrong.toml"]);
}

#[test]
fn an_interrupted_run_is_kept_as_far_as_it_went() {
    let shop = Workshop::new(105);
    let mut child = shop
        .command("run pair.toml --real-time -v --net 127.150 --trace it.jsonl")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut events = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("logged c chunk 7") {
        line.clear();
        assert!(events.read_line(&mut line).unwrap() > 0, "it ended early");
    }
    // Nothing is to be seen of the file before it is whole.
    assert!(!shop.path().join("it.jsonl").exists());
    let told = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(told.unwrap().success());
    events.read_to_string(&mut line).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(shop.names(), ["it.jsonl", "pair.toml", "wrong.toml"]);
    let kept = fs::read_to_string(shop.path().join("it.jsonl")).unwrap();
    assert!(
        kept.lines()
            .last()
            .unwrap()
            .contains("\"ended\":\"interrupted\"")
    );
    assert!(kept.contains("\"kind\":\"logged\""));
}

#[test]
fn a_trace_that_breaks_off_is_shown_and_a_wrong_one_is_not() {
    let shop = Workshop::new(106);
    let run = shop.run("run pair.toml --net 127.150 -q --trace it.jsonl");
    assert_eq!(run.status.code(), Some(0));
    let kept = fs::read_to_string(shop.path().join("it.jsonl")).unwrap();
    let lines: Vec<&str> = kept.lines().collect();

    fs::write(shop.path().join("cut.jsonl"), lines[..10].join("\n")).unwrap();
    let report = shop.run("report cut.jsonl --output cut.html");
    assert_eq!(report.status.code(), Some(0));
    assert_eq!(
        text(&report.stderr),
        "warning: cut.jsonl breaks off behind event 5; what is there is shown, and no verdict\n"
    );
    fs::write(shop.path().join("bare.jsonl"), lines[0]).unwrap();
    let report = shop.run("report bare.jsonl");
    assert_eq!(report.status.code(), Some(0));
    assert!(text(&report.stderr).contains("breaks off before its first event"));

    let wrong = kept.replacen("\"from\":\"c\"", "\"from\":\"bee\"", 1);
    fs::write(shop.path().join("wrong.jsonl"), wrong).unwrap();
    fs::write(
        shop.path().join("newer.jsonl"),
        kept.replacen("\"version\":1", "\"version\":2", 1),
    )
    .unwrap();
    for (trace, told) in [
        (
            "wrong.jsonl",
            "error: wrong.jsonl: line 6, column 48: nobody is called `bee`\nhelp: docs/trace.md",
        ),
        (
            "newer.jsonl",
            "error: newer.jsonl: this is a trace of version 2; this program reads version 1\nhelp: run",
        ),
        (
            "pair.toml",
            "error: pair.toml: this is not a trace: its first line is not of kind `trace`\nhelp: name",
        ),
        (
            "folder",
            "error: folder: this is not a regular file\nhelp: check",
        ),
        (
            "nowhere",
            "error: nowhere: there is no such file\nhelp: check",
        ),
    ] {
        let report = shop.run(&format!("report {trace} --pcap it.pcapng"));
        assert_eq!(report.status.code(), Some(2));
        assert!(
            text(&report.stderr).starts_with(told),
            "{}",
            text(&report.stderr)
        );
        assert!(!shop.path().join("it.pcapng").exists());
    }
    let report = shop.run("report it.jsonl --pcap nowhere/it.pcapng");
    assert_eq!(report.status.code(), Some(3));
    let report = shop.run("report it.jsonl --pcap it.jsonl");
    assert_eq!(report.status.code(), Some(2));
    assert_eq!(
        fs::read_to_string(shop.path().join("it.jsonl")).unwrap(),
        kept
    );
}

#[test]
fn what_is_no_regular_file_is_written_as_it_is() {
    let shop = Workshop::new(107);
    let run = shop.run("run pair.toml --net 127.150 -q --trace it.jsonl --pcap /dev/null");
    assert_eq!(run.status.code(), Some(0));
    let kept = fs::read(shop.path().join("it.jsonl")).unwrap();
    // To a pipe, and to a file that is standard output, behind which the verdict goes.
    let piped = shop.run("run pair.toml --net 127.150 -q --trace /dev/stdout");
    let file = fs::File::create(shop.path().join("all")).unwrap();
    let mut command = shop.command("run pair.toml --net 127.150 -q --trace /dev/stdout");
    assert!(command.stdout(file).status().unwrap().success());
    for all in [piped.stdout, fs::read(shop.path().join("all")).unwrap()] {
        assert!(all.starts_with(&kept));
        assert!(text(&all[kept.len()..]).starts_with("PASS pair"));
    }
    // Nobody reads on.
    let mut command = shop.command("run pair.toml --net 127.150 -q --trace /dev/stdout");
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// The fenced blocks of docs/trace.md of a language.
fn blocks(language: &str) -> Vec<String> {
    let page = fs::read_to_string(root().join("docs/trace.md")).unwrap();
    let fence = format!("```{language}\n");
    let blocks = page.split(&fence).skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap().to_owned())
        .collect()
}

/// The trace that the documentation shows.
fn documented(shop: &Workshop) -> String {
    let first = shop.run("new");
    fs::write(shop.path().join("first.toml"), first.stdout).unwrap();
    // Its addresses are those of every scenario that gives none.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap();
    let run = shop.run("run first.toml -q --net 127.150 --trace run.jsonl");
    assert_eq!(run.status.code(), Some(0));
    let kept = fs::read_to_string(shop.path().join("run.jsonl")).unwrap();
    kept.replace("127.150.", "127.0.")
}

/// Whether `line` is `shown`, in which `…` stands for anything.
fn is_shown(line: &str, shown: &str) -> bool {
    let mut parts = shown.split('…');
    let Some(mut rest) = line.strip_prefix(parts.next().unwrap()) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some((_, behind)) = rest.split_once(part) else {
            return false;
        };
        rest = behind;
    }
    rest.ends_with(last)
}

#[test]
fn the_documentation_shows_a_trace_that_is() {
    let shop = Workshop::new(108);
    let kept = documented(&shop);
    let mut lines = kept.lines();
    let shown = blocks("jsonl");
    let mut is_gap = false;
    for shown in shown[0].lines() {
        if shown == "…" {
            is_gap = true;
            continue;
        }
        let found = match std::mem::take(&mut is_gap) {
            true => lines.find(|line| is_shown(line, shown)),
            false => lines.next().filter(|line| is_shown(line, shown)),
        };
        assert!(found.is_some(), "not there: {shown}");
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn the_documentation_names_every_field() {
    let page = fs::read_to_string(root().join("docs/trace.md")).unwrap();
    let line = fs::read_to_string(root().join("src/trace/line.rs")).unwrap();
    let fields = line.lines().filter_map(|line| {
        let field = line.trim().strip_prefix("pub(super) ")?.strip_suffix(',')?;
        field.split_once(": ").map(|(name, _)| name)
    });
    let fields: Vec<&str> = fields.filter(|name| *name != "what").collect();
    assert!(fields.len() > 50, "{fields:?}");
    for field in fields {
        assert!(page.contains(&format!("`{field}`")), "{field}");
    }
}

#[test]
fn the_questions_of_the_documentation_are_answered() {
    let shop = Workshop::new(109);
    if Command::new("jq").arg("--version").output().is_err() {
        assert!(std::env::var_os("P2P_SIM_ALL_TOOLS").is_none(), "no jq");
        let _unused = writeln!(std::io::stderr(), "skipped: no jq on this machine");
        return;
    }
    documented(&shop);
    let questions = blocks("sh");
    let answers: Vec<String> = questions[0]
        .lines()
        .filter(|line| line.starts_with("jq"))
        .map(|question| {
            let mut shell = Command::new("sh");
            let asked = shell
                .args(["-c", question])
                .current_dir(shop.path())
                .output()
                .unwrap();
            assert!(
                asked.status.success(),
                "{question}: {}",
                text(&asked.stderr)
            );
            text(&asked.stdout).to_owned()
        })
        .collect();
    let [sent, dropped, way, chunks] = answers.try_into().unwrap();
    assert!(
        sent.contains("6 HELLO") && sent.contains("2 RESPONSE"),
        "{sent}"
    );
    assert_eq!(dropped, "");
    assert_eq!(way.lines().count(), 2, "{way}");
    assert_eq!(chunks, "viewer 1 right\nviewer 2 right\nviewer 9 missing\n");
}
