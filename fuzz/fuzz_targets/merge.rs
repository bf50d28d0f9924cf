#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rustdb::fuzzing::merged(bytes));
