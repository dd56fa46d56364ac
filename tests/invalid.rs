//! Each file in tests/invalid is wrong in the way that its name says; the snapshots hold all that
//! is said about it.

use std::path::{Path, PathBuf};

use p2p_sim::scenario::Scenario;

/// What is said about `file`, a path relative to the package, as snapshots must not depend on
/// where that is.
fn said(file: &Path) -> String {
    match Scenario::load(file, None, None) {
        Ok(_) => panic!("{} was taken", file.display()),
        Err(rejected) => rejected.to_string(),
    }
}

fn relative(path: &Path) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .canonicalize()
        .unwrap();
    path.strip_prefix(root).unwrap().to_owned()
}

#[test]
fn all_that_is_wrong_with_a_file() {
    insta::glob!("invalid/*.toml", |path| {
        insta::with_settings!({omit_expression => true}, {
            insta::assert_snapshot!(said(&relative(path)));
        });
    });
}
