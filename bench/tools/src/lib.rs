//! What the floor client is made of; see `bin/floor.rs`.

pub mod cycle;
pub mod statements;
pub mod wire;
