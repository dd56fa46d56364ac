//! What people who mistype are told: each file in tests/cmd is a command line with its exit code and
//! all of its output.

#[test]
fn tells_what_is_wrong_with_a_command_line() {
    trycmd::TestCases::new().case("tests/cmd/*.toml");
}
