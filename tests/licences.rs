//! Every package that the programs and their tests are built of has a licence that allows it.

#![cfg(test)]

use std::process::Command;

/// The licences that we take, as SPDX names them.
const TAKEN: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Whether an SPDX expression can be met with the licences that we take: one side of an OR is
/// enough, an AND needs both. The old form `MIT/Apache-2.0` means OR.
fn is_taken(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    let expression = expression.trim();
    if let Some((left, right)) = split_outside(expression, " AND ") {
        return is_taken(left) && is_taken(right);
    }
    if let Some((left, right)) = split_outside(expression, " OR ") {
        return is_taken(left) || is_taken(right);
    }
    match expression
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        Some(inner) => is_taken(inner),
        None => TAKEN.contains(&expression),
    }
}

/// Splits at the first `word` that stands in no parentheses. OR binds less than AND, but with both
/// sides judged alike an AND of ORs is the stricter reading, so AND goes first.
fn split_outside<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && text[at..].starts_with(word) => {
                return Some((&text[..at], &text[at + word.len()..]));
            }
            _ => {}
        }
    }
    None
}

#[test]
fn every_dependency_has_a_licence_that_we_take() {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        metadata.status.success(),
        "{}",
        String::from_utf8_lossy(&metadata.stderr)
    );
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 30, "only {} packages", packages.len());
    let refused: Vec<String> = packages
        .iter()
        .filter(|package| !package["license"].as_str().is_some_and(is_taken))
        .map(|package| {
            format!(
                "{} {}: {}",
                package["name"], package["version"], package["license"]
            )
        })
        .collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    assert!(is_taken("MIT OR GPL-3.0-only"));
    assert!(is_taken("GPL-3.0-only/MIT"));
    assert!(is_taken("(MIT OR Apache-2.0) AND Unicode-3.0"));
    assert!(!is_taken("MIT AND GPL-3.0-only"));
    assert!(!is_taken("GPL-3.0-only"));
    assert!(!is_taken("(GPL-3.0-only OR AGPL-3.0-only) AND MIT"));
    assert!(!is_taken(""));
}
