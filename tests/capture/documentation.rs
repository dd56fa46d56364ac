//! What docs/capture.md shows is what tshark prints.

use std::fs;
use std::path::Path;

use p2p_sim::capture;

use crate::{dissector, runs, tshark};

/// The commands of `page` with what is shown below each.
fn shown(page: &str) -> Vec<(String, String)> {
    let blocks = page.split("```console\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap());
    let commands = blocks.flat_map(|block| block.split("$ ").skip(1));
    let joined = commands.map(|command| command.replace(" \\\n    ", " "));
    let halves = joined.map(|text| {
        let (command, output) = text.split_once('\n').unwrap();
        (command.to_owned(), output.to_owned())
    });
    halves.collect()
}

fn page() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/capture.md");
    fs::read_to_string(page).unwrap()
}

/// A folder with what the page speaks of: a capture and the dissector.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut mesh = fs::File::create(folder.path().join("mesh.pcapng")).unwrap();
    capture::write(&runs::of("mesh.toml", None), &mut mesh, &mut |_| ()).unwrap();
    fs::write(folder.path().join("p2p-sim.lua"), dissector()).unwrap();
    folder
}

#[test]
fn screens_of_tshark_are_shown_as_they_are() {
    if !tshark::is_there() {
        return;
    }
    let (page, folder) = (page(), folder());
    let commands = shown(&page);
    let ours = commands
        .iter()
        .filter(|(command, _)| command.starts_with("tshark "));
    let mut count = 0;
    for (command, output) in ours {
        let printed = tshark::in_folder(folder.path(), "sh")
            .args(["-c", command])
            .output()
            .unwrap();
        let printed = String::from_utf8(printed.stdout).unwrap();
        assert_eq!(printed, *output, "{command}");
        assert!(!output.is_empty(), "{command}");
        count += 1;
    }
    assert!(count >= 2, "docs/capture.md shows {count} screens");
}

#[test]
fn each_filter_that_is_shown_is_one() {
    if !tshark::is_there() {
        return;
    }
    let page = page();
    // What is between single backticks; blocks have three.
    let prose = page.split("```").step_by(2);
    let places = prose.flat_map(|text| text.split('`').skip(1).step_by(2));
    let filters = places
        .filter(|place| place.starts_with("p2psim.") || place.starts_with("frame."))
        .map(|filter| format!("({})", filter.replace("\\|", "|")));
    let filters: Vec<String> = filters.collect();
    assert!(filters.len() > 15, "{filters:?}");
    let folder = folder();
    let filters = filters.join(" || ");
    let run = [
        "-X",
        "lua_script:p2p-sim.lua",
        "-r",
        "mesh.pcapng",
        "-Y",
        &filters,
    ];
    let done = tshark::in_folder(folder.path(), "tshark")
        .args(run)
        .output();
    let done = done.unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}
