//! Every command line of the documentation is one that the program takes.

#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// All pages below `dir`.
fn pages(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            found.push(path);
        }
    }
}

/// The command lines in the blocks of `page`: what is typed, not what is printed.
fn commands(page: &str) -> Vec<String> {
    let page = page.replace("\\\n", " ");
    let mut commands = Vec::new();
    let mut language = None;
    for line in page.lines().map(str::trim) {
        if let Some(begun) = line.strip_prefix("```") {
            language = match language {
                None => Some(begun.to_owned()),
                Some(_) => None,
            };
            continue;
        }
        let typed = match language.as_deref() {
            Some("sh") => Some(line),
            Some("console") => line.strip_prefix("$ "),
            _ => None,
        };
        commands.extend(typed.map(str::to_owned));
    }
    commands
}

/// The words of the first command of `line`, up to whatever the shell itself reads.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (None, '\'' | '"') => quote = Some(letter),
            (None, '#' | '|' | '>' | '&' | ';') => break,
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut().unwrap().push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn each_is_taken() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![root.join("README.md")];
    pages(&root.join("docs"), &mut found);
    let (mut tried, mut wrong) = (0, Vec::new());
    for page in found {
        for line in commands(&fs::read_to_string(&page).unwrap()) {
            let words = words(&line);
            if words.first().is_none_or(|program| program != "p2p-sim") {
                continue;
            }
            // Help is given where it stands, so all before it has been read by then.
            let help = Command::new(env!("CARGO_BIN_EXE_p2p-sim"))
                .args(&words[1..])
                .arg("--help")
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&help.stderr);
            let place = page.display();
            if !help.status.success() {
                wrong.push(format!("{place}: `{line}`: {told}"));
            }
            tried += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 50, "{tried} are not all");
}
