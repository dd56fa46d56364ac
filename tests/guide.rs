//! What the guide shows is what the program says, and its table names every scenario.
//!
//! The runs are on 127.85.

#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A line that stands for any number of lines that are not shown.
const LEFT_OUT: &str = "…";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("docs/guide")).unwrap();
    let pages = entries.map(|entry| entry.unwrap().path());
    let mut pages: Vec<PathBuf> = pages
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    pages.sort();
    pages
}

/// The commands of all console blocks in `page`, each with what is shown below it.
fn shown(page: &str) -> Vec<(String, Vec<String>)> {
    let mut commands: Vec<(String, Vec<String>)> = Vec::new();
    let blocks = page.split("```console\n").skip(1);
    for block in blocks.map(|block| block.split("```").next().unwrap()) {
        // A command that goes on in the next line.
        for line in block.replace(" \\\n    ", " ").lines() {
            match line.strip_prefix("$ ") {
                Some(command) => commands.push((command.to_owned(), Vec::new())),
                None => commands.last_mut().unwrap().1.push(line.to_owned()),
            }
        }
    }
    commands
}

/// The Gnutella overlay, which is not shipped: where a user puts it, or beside the project.
fn gnutella() -> Option<PathBuf> {
    let places = ["scenarios/data", "../shared/data"].map(|place| root().join(place));
    let mut files = places
        .into_iter()
        .map(|place| place.join("p2p-Gnutella08.txt"));
    files.find(|file| file.exists())
}

/// A folder with the shipped scenarios, and with the Gnutella overlay if it can be had.
fn workshop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let scenarios = folder.path().join("scenarios");
    fs::create_dir_all(scenarios.join("data")).unwrap();
    for entry in fs::read_dir(root().join("scenarios")).unwrap() {
        let entry = entry.unwrap();
        let here = scenarios.join(entry.file_name());
        match entry.file_name().to_str().unwrap() {
            "data" => {}
            // It looks for the overlay beside itself, wherever a link to it leads.
            "gnutella.toml" => drop(fs::copy(entry.path(), here).unwrap()),
            _ => symlink(entry.path(), here).unwrap(),
        }
    }
    if let Some(file) = gnutella() {
        let name = file.file_name().unwrap().to_owned();
        symlink(file, scenarios.join("data").join(name)).unwrap();
    }
    folder
}

/// What `command` prints in a folder of its own in which the shipped scenarios are.
fn printed(command: &str) -> Vec<String> {
    let folder = workshop();
    let (command, file) = match command.split_once(" > ") {
        Some((command, file)) => (command, Some(file)),
        None => (command, None),
    };
    let mut words = command.split(' ');
    assert_eq!(words.next(), Some("p2p-sim"), "{command}");
    let mut program = Command::new(env!("CARGO_BIN_EXE_p2p-sim"));
    program.args(words).current_dir(folder.path());
    if command.starts_with("p2p-sim run") {
        program.args(["--net", "127.85"]);
    }
    let output = program.output().unwrap();
    let code = output.status.code();
    assert!(matches!(code, Some(0..=2)), "{command}: {code:?}");
    let mut text = String::from_utf8(output.stderr).unwrap();
    text += &String::from_utf8(output.stdout).unwrap();
    match file {
        Some(_) => Vec::new(),
        None => without_times(&text.replace("127.85.", "127.0.")),
    }
}

/// Leaves out what depends on the machine: how long it took.
fn without_times(text: &str) -> Vec<String> {
    let lines = text.lines();
    let lines = lines.map(|line| line.split(", took ").next().unwrap().trim_end());
    lines.map(str::to_owned).collect()
}

/// Whether `lines` are those of `excerpt`, in which [`LEFT_OUT`] stands for any others.
fn is_excerpt(excerpt: &[String], lines: &[String]) -> bool {
    match excerpt.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == LEFT_OUT => {
            (0..=lines.len()).any(|from| is_excerpt(rest, &lines[from..]))
        }
        Some((first, rest)) => {
            lines.first().is_some_and(|line| line == first) && is_excerpt(rest, &lines[1..])
        }
    }
}

#[test]
fn what_is_shown_is_what_is_printed() {
    let mut count = 0;
    for page in pages() {
        for (command, excerpt) in shown(&fs::read_to_string(&page).unwrap()) {
            if command.contains("gnutella") && gnutella().is_none() {
                continue;
            }
            let lines = printed(&command);
            // A command alone need not show what it prints.
            let excerpt = without_times(&excerpt.join("\n"));
            assert!(
                excerpt.is_empty() || is_excerpt(&excerpt, &lines),
                "{}: {command} prints\n{}",
                page.display(),
                lines.join("\n")
            );
            count += 1;
        }
    }
    assert!(count >= 25, "only {count}");
}

/// All scenario files, as paths from the root of the project.
fn scenarios() -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    let mut folders = vec![root().join("scenarios")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "toml") {
                let path = path.strip_prefix(root()).unwrap();
                files.insert(path.to_str().unwrap().to_owned());
            }
        }
    }
    files
}

#[test]
fn the_table_has_every_scenario_once() {
    let page = fs::read_to_string(root().join("docs/guide/README.md")).unwrap();
    let rows = page
        .lines()
        .filter_map(|line| line.strip_prefix("| [")?.split_once("] |"));
    let rows: Vec<&str> = rows.map(|(name, _)| name).collect();
    let targets = page
        .lines()
        .filter_map(|line| line.strip_prefix('[')?.split_once("]: ../../"));
    let targets: Vec<(&str, &str)> = targets.collect();
    let names: Vec<&str> = targets.iter().map(|(name, _)| *name).collect();
    assert_eq!(rows, names, "each row leads to a file");
    let files: BTreeSet<String> = targets.iter().map(|(_, file)| (*file).to_owned()).collect();
    assert_eq!(files.len(), rows.len(), "a scenario is there twice");
    assert_eq!(files, scenarios());
}

#[test]
fn each_lesson_is_in_the_guide_and_leads_back() {
    let guide = fs::read_to_string(root().join("docs/guide/README.md")).unwrap();
    let pages = pages();
    assert!(guide.contains("](lecture.md)"));
    let others = ["README.md", "lecture.md"];
    let lessons = pages
        .iter()
        .filter(|page| others.iter().all(|other| !page.ends_with(other)));
    let mut count = 0;
    for page in lessons {
        let name = page.file_name().unwrap().to_str().unwrap();
        assert!(guide.contains(&format!("]({name})")), "{name}");
        let text = fs::read_to_string(page).unwrap();
        for heading in [
            "## Predict",
            "## Run",
            "## What to see",
            "## Exercises",
            "## Answers",
        ] {
            assert!(
                text.contains(&format!("\n{heading}\n")),
                "{name}: {heading}"
            );
        }
        assert!(text.contains("](README.md)"), "{name}");
        count += 1;
    }
    assert_eq!(count, 11);
}

#[test]
fn an_excerpt_may_leave_lines_out_and_nothing_else() {
    let lines = ["a", "b", "c"].map(str::to_owned);
    let fits = |excerpt: &[&str]| {
        let excerpt: Vec<String> = excerpt.iter().map(|line| (*line).to_owned()).collect();
        is_excerpt(&excerpt, &lines)
    };
    assert!(fits(&["a", "b", "c"]) && fits(&["…", "b", "…"]) && fits(&["a", "…"]));
    assert!(!fits(&["a", "c"]) && !fits(&["b", "…"]) && !fits(&["…", "b"]));
}
