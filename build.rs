//! Checks that the PHP that this build is for has a session API that rustdb knows, and links the
//! library so that PHP may unload it.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

/// `PHP_SESSION_API` of ext/session/php_session.h, as read in PHP 8.1 to 8.6: the layout of `ps_module`,
/// and what its functions take and return, is the same in all of them but for open's two strings in 8.6, which rustdb
/// does not look at.
const KNOWN_SESSION_API: &str = "20161017";

/// The first and the last version of PHP whose header was compared, as `php-config --vernum` has it.
const KNOWN_PHP: std::ops::Range<u32> = 80_100..80_700;

fn main() {
    println!("cargo:rerun-if-env-changed=PHP_CONFIG");
    println!("cargo:rerun-if-env-changed=PHP");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(php85)");
    println!("cargo:rustc-check-cfg=cfg(fuzzing)");
    // Threads of the pool may outlive dlclose() at MSHUTDOWN: the code must stay mapped.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    if let Err(reason) = check_php() {
        eprintln!("rustdb: {reason}");
        std::process::exit(1);
    }
}

fn check_php() -> Result<(), String> {
    let php_config = env::var("PHP_CONFIG").unwrap_or_else(|_| "php-config".to_owned());
    if Path::new(&php_config).is_absolute() {
        println!("cargo:rerun-if-changed={php_config}");
    }
    let ask = |option: &str| -> Result<String, String> {
        let output = Command::new(&php_config)
            .arg(option)
            .output()
            .map_err(|error| format!("cannot run {php_config} ({error}): install php-dev, or set PHP_CONFIG"))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let version = ask("--version")?;
    let number: u32 =
        ask("--vernum")?.parse().map_err(|_| format!("{php_config} --vernum does not print a PHP version"))?;
    if !KNOWN_PHP.contains(&number) {
        return Err(format!(
            "PHP {version} has a session API that this version of rustdb does not know: it builds for PHP 8.1 to 8.6"
        ));
    }
    if number >= 80_500 {
        println!("cargo:rustc-cfg=php85");
    }
    let header = Path::new(&ask("--include-dir")?).join("ext/session/php_session.h");
    let text = fs::read_to_string(&header)
        .map_err(|error| format!("cannot read {} ({error}): rustdb needs PHP's session extension", header.display()))?;
    let api = text.lines().find_map(|line| line.strip_prefix("#define PHP_SESSION_API "));
    match api.map(str::trim) {
        Some(KNOWN_SESSION_API) => Ok(()),
        other => Err(format!(
            "PHP {version} has session API {}, rustdb knows {KNOWN_SESSION_API} only: it needs a newer rustdb",
            other.unwrap_or("(none)")
        )),
    }
}
