//! What is wrong with a file is told with its place, and nothing wrong is believed.

use p2p_sim::trace::Unreadable;

use super::{kept_of, made, read, written};

fn small() -> String {
    String::from_utf8(written(&made::with_all())).unwrap()
}

/// What is told of `file`, a line a problem.
fn told(file: &str) -> Vec<String> {
    match read(file.as_bytes()) {
        Ok(_) => Vec::new(),
        Err(Unreadable::Lines(problems)) => problems.iter().map(ToString::to_string).collect(),
        Err(other) => vec![other.to_string()],
    }
}

/// The trace with `from` in the line that `event` has made `to`.
fn with(event: &str, from: &str, to: &str) -> (String, usize) {
    let file = small();
    let line = file.lines().position(|line| line.contains(event));
    let line = line.unwrap_or_else(|| panic!("no line has {event}"));
    let mut lines: Vec<String> = file.lines().map(str::to_owned).collect();
    assert!(lines[line].contains(from), "{}", lines[line]);
    lines[line] = lines[line].replacen(from, to, 1);
    (lines.join("\n") + "\n", line + 1)
}

#[test]
fn what_is_no_trace_of_this_version_is_refused_in_one_sentence() {
    for (file, sentence) in [
        ("", "this is not a trace: it is empty"),
        (
            "{\"kind\":\"trace\",\"ver",
            "this is not a trace: it breaks off in its first line",
        ),
        (
            "ttl = 3\n",
            "this is not a trace: its first line is not of kind `trace`",
        ),
        (
            "{}\n",
            "this is not a trace: its first line is not of kind `trace`",
        ),
        (
            "{\"kind\":\"peer\"}\n",
            "this is not a trace: its first line is not of kind `trace`",
        ),
        (
            "\u{0}\u{0}\n",
            "this is not a trace: its first line is not of kind `trace`",
        ),
        (
            "{\"kind\":\"trace\",\"version\":2,\"all\":\"new\"}\n",
            "this is a trace of version 2; this program reads version 1",
        ),
        (
            "{\"kind\":\"trace\"}\n",
            "line 1, column 16: missing field `version`",
        ),
    ] {
        assert_eq!(told(file), [sentence], "{file:?}");
    }
    // A file without line ends is not read to its end, which it may not have.
    let endless = vec![b' '; 2 << 20];
    assert!(matches!(read(&endless), Err(Unreadable::NoTrace(_))));
}

/// A line by what is in it, what of it is made what, and what is told of that.
const CASES: &[(&str, &str, &str, &str)] = &[
    (
        "\"event\":0,",
        "\"time_ns\":0",
        "\"time_ns\":\"0\"",
        "invalid type: string \"0\", expected u64",
    ),
    (
        "\"event\":0,",
        "\"time_ns\":0",
        "\"time_ns\":-1",
        "invalid value: integer `-1`, expected u64",
    ),
    (
        "\"event\":0,",
        "\"time_ns\":0,",
        "",
        "missing field `time_ns`",
    ),
    (
        "\"event\":0,",
        "\"who\":\"kind\"",
        "\"who\":\"?\"",
        "nobody is called `?`",
    ),
    (
        "\"event\":0,",
        "\"woke\"",
        "\"slept\"",
        "no line of a trace is of kind `slept`",
    ),
    ("\"event\":0,", "{", "", "a line is an object, in braces"),
    (
        "\"event\":1,",
        "\"cause\":0",
        "\"cause\":1",
        "event 1 can't be the cause of event 1, which came before it",
    ),
    (
        "\"event\":1,",
        "\"cause\":0",
        "\"cause\":99",
        "event 99 can't be the cause of event 1, which came before it",
    ),
    (
        "\"event\":1,",
        "\"event\":1",
        "\"event\":7",
        "event 7 stands where event 1 should; none may be left out",
    ),
    (
        "\"event\":1,",
        "\"to\":\"Ä peer\"",
        "\"to\":\"x\"",
        "nobody is called `x`, and it is no address",
    ),
    (
        "\"event\":1,",
        "\"bytes\":\"0",
        "\"bytes\":\"",
        "bytes are written as pairs of hexadecimal digits, as in `0001`",
    ),
    (
        "\"event\":1,",
        "\"bytes\":\"0",
        "\"bytes\":\"x",
        "bytes are written as pairs of hexadecimal digits, as in `0001`",
    ),
    (
        "\"event\":2,",
        "\"datagram\":1",
        "\"datagram\":0",
        "no datagram came into the run with event 0 before this line",
    ),
    (
        "\"event\":2,",
        "\"datagram\":1",
        "\"datagram\":9",
        "no datagram came into the run with event 9 before this line",
    ),
    (
        "\"ignored\":\"not-for-me\"",
        "not-for-me",
        "bored",
        "`bored` is not why such a datagram is ignored",
    ),
    (
        "\"ignored\":\"not-for-me\"",
        "not-for-me",
        "too-short",
        "`too-short` is not why such a datagram is ignored",
    ),
    (
        "\"reason\":\"loss\"",
        "loss",
        "boredom",
        "no datagram is dropped for the reason `boredom`",
    ),
    (
        "\"reason\":\"fault\"",
        "\"fault\":1",
        "\"fault\":0",
        "faults are counted from 1 to 4294967296",
    ),
    (
        "\"reason\":\"fault\"",
        ",\"fault\":1",
        "",
        "missing field `fault`",
    ),
    (
        "\"change\":\"stopped\"",
        "stopped",
        "bored",
        "there is no change called `bored`",
    ),
    (
        "\"change\":\"stopped\"",
        "\"peer\":\"Ä peer\"",
        "\"peer\":\"kind\"",
        "`kind` is no peer",
    ),
    (
        "\"change\":\"stopped\"",
        ",\"peer\":\"Ä peer\"",
        "",
        "missing field `peer`",
    ),
    (
        "\"change\":\"paused\"",
        ",\"for_ns\":3000000007",
        "",
        "missing field `for_ns`",
    ),
    (
        "\"change\":\"gained\"",
        "[3,9]",
        "[3]",
        "chunks and bytes belong together, but there are 1 and 2",
    ),
    (
        "\"change\":\"cut\"",
        "[\"Ä peer\"]",
        "[\"\"]",
        "nobody is called ``",
    ),
    (
        "\"kind\":\"logged\"",
        "\"client\":\"kind\"",
        "\"client\":\"Ä peer\"",
        "`Ä peer` is no client",
    ),
    (
        "\"kind\":\"done\"",
        "\"client\":\"kind\"",
        "\"client\":\"127.70.0.1:7000\"",
        "`127.70.0.1:7000` is no client",
    ),
    (
        "\"kind\":\"finding\"",
        "\"who\":\"kind\"",
        "\"who\":\"\\u001b\"",
        "nobody is called `\\u{1b}`",
    ),
    (
        "\"kind\":\"finding\"",
        "\"event\":",
        "\"event\":9",
        "there is no event",
    ),
    (
        "\"kind\":\"peer\"",
        "\"name\":\"Ä peer\"",
        "\"name\":\"neighbours\"",
        "somebody before is called `neighbours` too",
    ),
    (
        "\"kind\":\"peer\"",
        "\"name\":\"Ä peer\"",
        "\"name\":\"\"",
        "`` is no name",
    ),
    (
        "\"kind\":\"peer\"",
        "\"name\":\"Ä peer\"",
        "\"name\":\"1.2.3.4:5\"",
        "a name can't look like an address, as `1.2.3.4:5` does",
    ),
    (
        "\"kind\":\"peer\"",
        "[\"neighbours\",",
        "[\"nobody\",",
        "nobody is called `nobody`, and it is no address",
    ),
    (
        "\"kind\":\"peer\"",
        "70.0.1:5001",
        "70.0.1",
        "`127.70.0.1` is no IPv4 address and port, as in `127.0.0.1:5001`",
    ),
    (
        "\"kind\":\"client\"",
        "5003",
        "5002",
        "`neighbours` is at 127.70.0.1:5002 already",
    ),
    (
        "\"kind\":\"client\"",
        "\"contact\":\"Ä peer\"",
        "\"contact\":\"kind\"",
        "nobody is called `kind`",
    ),
];

#[test]
fn each_thing_that_cannot_be_is_told_with_its_place() {
    for (line, from, to, what) in CASES {
        let (file, number) = with(line, from, to);
        let told = told(&file);
        // A name that is taken is told where it comes again.
        let number = if what.starts_with("somebody") {
            number + 1
        } else {
            number
        };
        let start = format!("line {number}, column ");
        let is_it = told
            .iter()
            .any(|told| told.starts_with(&start) && told.contains(what));
        assert!(is_it, "{what}: {told:?}");
        assert_eq!(told.len(), 1, "nothing that only follows from it: {told:?}");
    }
}

#[test]
fn the_column_is_that_of_the_field() {
    let (file, line) = with("\"event\":1,", "\"cause\":0", "\"cause\":5");
    let column = file
        .lines()
        .nth(line - 1)
        .unwrap()
        .find("\"cause\"")
        .unwrap()
        + 1;
    assert!(told(&file)[0].starts_with(&format!("line {line}, column {column}: ")));
    // Not where a name says the same.
    let (file, line) = with("\"name\":\"neighbours\"", "}", ",\"neighbours\":[\"x\"]}");
    let column = file
        .lines()
        .nth(line - 1)
        .unwrap()
        .rfind("\"neighbours\"")
        .unwrap()
        + 1;
    assert!(
        told(&file)[0].starts_with(&format!("line {line}, column {column}: ")),
        "{:?}",
        told(&file)
    );
}

#[test]
fn lines_have_an_order() {
    let file = small();
    let lines: Vec<&str> = file.lines().collect();
    let peer = lines
        .iter()
        .position(|line| line.contains("\"kind\":\"peer\""))
        .unwrap();
    let moved = [
        &lines[..peer],
        &lines[peer + 2..peer + 4],
        &lines[peer..peer + 1],
    ]
    .concat();
    let all = told(&(moved.join("\n") + "\n"));
    assert!(
        all.iter()
            .any(|told| told.contains("`peer` comes too late")),
        "{all:?}"
    );
    let behind = file.clone() + lines[lines.len() - 1] + "\n";
    let place = format!("line {}, column 2: nothing comes behind", lines.len() + 1);
    assert!(told(&behind)[0].starts_with(&place), "{:?}", told(&behind));
}

#[test]
fn all_wrong_lines_are_told_up_to_twenty() {
    let file = small();
    let spoiled = |every: usize| {
        let lines = file.lines().enumerate().map(|(number, line)| {
            let is_event = line.contains("time_ns") && number % every == 0;
            match is_event {
                true => line.replacen("\"time_ns\":", "\"time_ns\":x", 1),
                false => line.to_owned(),
            }
        });
        let lines: Vec<String> = lines.collect();
        let wrong = lines
            .iter()
            .filter(|line| line.contains("\"time_ns\":x"))
            .count();
        (lines.join("\n") + "\n", wrong)
    };
    let (some, wrong) = spoiled(10);
    assert!((2..20).contains(&wrong));
    assert_eq!(told(&some).len(), wrong, "{:?}", told(&some));
    let (many, wrong) = spoiled(2);
    assert!(wrong > 20);
    assert_eq!(told(&many).len(), 20);
}

#[test]
fn a_wrong_line_is_told_even_if_the_file_breaks_off() {
    let file = String::from_utf8(written(&kept_of("edge/alone"))).unwrap();
    let file = file.replacen("\"who\":\"", "\"who\":\"not ", 1);
    for end in [file.len() - 3, file.len()] {
        assert_eq!(told(&file[..end]).len(), 1);
    }
}
