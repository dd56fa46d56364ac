//! Holds the modules to the one direction in which imports run (docs/architecture.md).

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each module with those that it may import, and the crates of the outer world that are its
/// alone. A module that is not here fails the test.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("time", &[]),
    ("rules", &[]),
    ("luck", &[]),
    ("behind", &[]),
    ("roster", &[]),
    ("neighbours", &[]),
    ("adjacency", &[]),
    ("threads", &[]),
    ("wire", &["rules"]),
    ("chunks", &["wire"]),
    ("assembly", &["wire"]),
    ("endpoint", &["chunks", "time", "wire"]),
    ("faults", &["chunks", "roster", "rules", "wire"]),
    ("event", &["endpoint", "faults", "roster", "time", "wire"]),
    (
        "link",
        &["event", "faults", "luck", "roster", "time", "wire"],
    ),
    (
        "peer",
        &["chunks", "endpoint", "neighbours", "rules", "time", "wire"],
    ),
    ("client", &["endpoint", "rules", "time", "wire"]),
    ("reliable", &["endpoint", "time", "wire"]),
    ("log", &["assembly", "endpoint", "wire"]),
    ("tally", &["endpoint", "wire"]),
    ("host", &["endpoint", "time", "wire"]),
    ("topology", &["adjacency", "luck", "threads"]),
    (
        "scenario",
        &[
            "adjacency",
            "assembly",
            "chunks",
            "faults",
            "luck",
            "neighbours",
            "roster",
            "rules",
            "threads",
            "topology",
            "wire",
        ],
    ),
    (
        "trace",
        &[
            "behind",
            "chunks",
            "endpoint",
            "event",
            "faults",
            "neighbours",
            "roster",
            "time",
            "wire",
        ],
    ),
    (
        "capture",
        &["behind", "event", "roster", "time", "trace", "wire"],
    ),
    (
        "page",
        &["endpoint", "event", "faults", "roster", "trace", "wire"],
    ),
    ("shape", &["adjacency", "roster", "scenario"]),
    (
        "draw",
        &[
            "event", "faults", "roster", "scenario", "shape", "time", "trace", "wire",
        ],
    ),
    // The oracle must not agree with the bugs of what it judges.
    (
        "oracle",
        &["chunks", "faults", "roster", "rules", "scenario", "wire"],
    ),
    (
        "driver",
        &[
            "chunks", "client", "endpoint", "event", "faults", "host", "link", "log", "luck",
            "peer", "reliable", "roster", "rules", "scenario", "time", "wire",
        ],
    ),
    (
        "check",
        &[
            "driver", "event", "faults", "oracle", "roster", "rules", "scenario", "threads",
            "time", "wire",
        ],
    ),
    (
        "report",
        &[
            "assembly", "check", "driver", "event", "faults", "oracle", "roster", "rules",
            "scenario", "shape", "threads", "trace", "wire",
        ],
    ),
    (
        "sweep",
        &[
            "check", "driver", "log", "luck", "oracle", "report", "roster", "rules", "scenario",
            "time", "wire",
        ],
    ),
    (
        "watch",
        &[
            "draw", "event", "faults", "oracle", "report", "roster", "scenario", "shape", "time",
            "trace", "wire",
        ],
    ),
    (
        "bench",
        &[
            "capture", "check", "driver", "event", "log", "oracle", "report", "roster", "rules",
            "scenario", "trace", "wire",
        ],
    ),
    (
        "cli",
        &[
            "assembly", "bench", "capture", "check", "chunks", "client", "draw", "driver",
            "endpoint", "event", "host", "log", "luck", "oracle", "page", "peer", "reliable",
            "report", "roster", "rules", "scenario", "shape", "sweep", "tally", "time", "trace",
            "watch", "wire",
        ],
    ),
];

/// Crates that only some modules may use.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("tokio", &["host", "driver", "bench", "cli"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("anstream", &["cli"]),
    ("annotate_snippets", &["scenario"]),
    ("libm", &["scenario", "topology"]),
    ("comfy_table", &["report", "sweep", "bench"]),
    ("anstyle", &["report", "sweep", "cli"]),
    ("socket2", &["host"]),
    ("rlimit", &["driver"]),
    ("rustix", &["driver"]),
    ("petgraph", &["topology"]),
    ("fixedbitset", &["scenario"]),
    ("roxmltree", &["topology"]),
    ("plotters", &["draw"]),
    ("toml_edit", &["sweep"]),
    ("clap_complete", &["cli"]),
    ("percent_encoding", &["page"]),
    ("tempfile", &["bench", "cli"]),
    ("pcap_file", &["capture"]),
    ("etherparse", &["capture"]),
    ("data_encoding", &["trace"]),
    ("itoa", &["luck", "trace"]),
    ("ratatui", &["watch", "cli"]),
    ("siphasher", &["peer"]),
];

fn all_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => all_files(&path, found),
            false => found.push(path),
        }
    }
}

/// The code of each module of the library: comments and tests left out.
fn modules() -> BTreeMap<String, String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    all_files(&src, &mut files);
    files.retain(|file| file.extension().is_some_and(|ending| ending == "rs"));
    let mut modules: BTreeMap<String, String> = BTreeMap::new();
    for file in files {
        let inside = file.strip_prefix(&src).unwrap().with_extension("");
        let parts: Vec<&str> = inside.iter().map(|part| part.to_str().unwrap()).collect();
        if parts[0] == "lib" || parts[0] == "bin" || parts.contains(&"tests") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let lines = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let module = modules.entry(parts[0].to_owned()).or_default();
        module.extend(lines.flat_map(|line| [line, "\n"]));
    }
    modules
}

/// The names that follow `path::` in `code`, those in braces too.
fn names_after<'a>(code: &'a str, path: &str) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for rest in code.split(path).skip(1) {
        match rest.strip_prefix('{') {
            Some(list) => names.extend(outermost(list).map(first_name)),
            None => {
                names.insert(first_name(rest));
            }
        }
    }
    names
}

/// The places of a list in braces, up to its own closing brace: `a, b::{c, d}}` has two.
fn outermost(list: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    let end = list.find(|letter| {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        depth < 0
    });
    let mut depth = 0;
    list[..end.unwrap_or(list.len())].split(move |letter| {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        depth == 0 && letter == ','
    })
}

fn first_name(path: &str) -> &str {
    let path = path.trim();
    let end = path.find(|c: char| !c.is_alphanumeric() && c != '_');
    &path[..end.unwrap_or(path.len())]
}

#[test]
fn imports_run_one_way() {
    let mut wrong = Vec::new();
    for (module, code) in modules() {
        let Some((_, may)) = MAY_IMPORT.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!("module `{module}` has no place in MAY_IMPORT"));
            continue;
        };
        for other in names_after(&code, "crate::") {
            if other != module && !may.contains(&other) {
                wrong.push(format!("`{module}` imports `{other}`"));
            }
        }
        for (name, places) in ONLY_IN {
            if !places.contains(&module.as_str()) && code.contains(&format!("{name}::")) {
                wrong.push(format!("`{module}` uses {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_itself_runs_one_way() {
    for (place, (module, may)) in MAY_IMPORT.iter().enumerate() {
        for other in *may {
            let theirs = MAY_IMPORT.iter().position(|(name, _)| name == other);
            assert!(
                theirs.is_some_and(|theirs| theirs < place),
                "{module} imports {other}"
            );
        }
    }
}

#[test]
fn names_are_found_alone_and_in_braces() {
    let code = "use crate::wire::Message;\nuse crate::{time::{Time}, rules};\ncrate::roster::Entry";
    let names: Vec<&str> = names_after(code, "crate::").into_iter().collect();
    assert_eq!(names, ["roster", "rules", "time", "wire"]);
}

/// docs/architecture.md.
fn page() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(root.join("docs/architecture.md")).unwrap()
}

#[test]
fn the_page_draws_every_module() {
    let page = page();
    let drawing = page.split("```").nth(1).unwrap();
    let is_drawn = |module: &str| {
        let mut words = drawing.split(|letter: char| !letter.is_alphanumeric());
        words.any(|word| word == module)
    };
    for (module, _) in MAY_IMPORT {
        assert!(is_drawn(module), "{module} is not in the drawing");
    }
}

#[test]
fn the_page_names_files_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "tests", "docs"] {
        all_files(&root.join(folder), &mut files);
    }
    let page = page();
    let mut named = 0;
    for name in page.split('`').skip(1).step_by(2) {
        let is_file = [".rs", ".lua", ".md", "/"];
        if name.contains(' ') || !is_file.iter().any(|end| name.ends_with(end)) {
            continue;
        }
        let end = format!("/{name}");
        let is_it = |file: &PathBuf| match name.ends_with('/') {
            true => file.to_string_lossy().contains(&end),
            false => file.to_string_lossy().ends_with(&end),
        };
        assert!(
            files.iter().any(is_it) || root.join(name).exists(),
            "{name}"
        );
        named += 1;
    }
    assert!(named > 40, "{named} are not all");
}
