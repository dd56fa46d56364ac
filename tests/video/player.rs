//! What players say of a file: ffprobe and ffmpeg, where this machine has them.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};

/// What `tool` says when it is run with `args` and then `file`; nothing, with a word about it, where
/// this machine has no such tool. With `P2P_SIM_ALL_TOOLS`, as in CI, that is a failure.
#[expect(clippy::print_stderr, reason = "what is not tested is told")]
fn ask(tool: &str, args: &[&str], file: &Path, behind: &[&str]) -> Option<Output> {
    let command = args.iter().map(OsStr::new).chain([file.as_os_str()]);
    let command = command.chain(behind.iter().map(OsStr::new));
    match Command::new(tool).args(command).output() {
        Ok(output) => Some(output),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let asked_for = std::env::var_os("P2P_SIM_ALL_TOOLS").is_some();
            assert!(!asked_for, "there is no {tool} on this machine");
            eprintln!("skipped: no {tool} on this machine");
            None
        }
        Err(error) => panic!("{tool}: {error}"),
    }
}

/// Asserts that a player takes `file` for `pictures` pictures of H.264, `seconds` long, without a
/// word of complaint.
pub(crate) fn assert_plays(file: &Path, pictures: u32, seconds: &str) {
    let entries = "stream=codec_name,pix_fmt,nb_read_frames:format=duration";
    let probe = [
        "-v",
        "error",
        "-count_frames",
        "-show_entries",
        entries,
        "-of",
        "default=noprint_wrappers=1",
    ];
    if let Some(probed) = ask("ffprobe", &probe, file, &[]) {
        let said = String::from_utf8_lossy(&probed.stdout).into_owned();
        let expected = format!(
            "codec_name=h264\npix_fmt=yuv420p\nnb_read_frames={pictures}\nduration={seconds}\n"
        );
        assert_eq!(said, expected);
        assert_eq!(String::from_utf8_lossy(&probed.stderr), "");
        assert!(probed.status.success());
    }
    let decode = ["-v", "error", "-nostdin", "-xerror", "-i"];
    if let Some(decoded) = ask("ffmpeg", &decode, file, &["-f", "null", "-"]) {
        assert_eq!(String::from_utf8_lossy(&decoded.stderr), "");
        assert!(decoded.status.success());
    }
}
