//! `Rustdb\Exception`: what the database makes impossible.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use ext_php_rs::builders::ClassBuilder;
use ext_php_rs::zend::ClassEntry;

use super::message;
use super::zend::spl_ce_RuntimeException;

/// PHP makes it anew where it starts twice in one process.
static CLASS: AtomicPtr<ClassEntry> = AtomicPtr::new(ptr::null_mut());

/// Registers the class, at MINIT.
pub fn register() {
    let parent = || {
        // SAFETY: the SPL is always there and started before us: its class is set, and lives as long as PHP does.
        unsafe { &*spl_ce_RuntimeException }
    };
    // It fails where PHP has such a class already, and then there is nothing to add.
    let _ = ClassBuilder::new("Rustdb\\Exception")
        .extends((parent, "\\RuntimeException"))
        .registration(|class, _| CLASS.store(ptr::from_mut(class), Ordering::Relaxed))
        .register();
}

/// Throws one with the text that was kept.
pub fn throw() {
    message::throw(CLASS.load(Ordering::Relaxed));
}
