//! What docs/capture.md shows is what tshark prints.
