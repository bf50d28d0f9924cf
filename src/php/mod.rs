//! The room that knows PHP: all `unsafe` code and all of ext_php_rs stand in here.
//!
//! From the top: `module` is the extension's life from MINIT to MSHUTDOWN, `handler` the nine callbacks of the save
//! handler, `handler_class` their like as methods of `Rustdb\Handler`, whose objects are in `handler_object` and whose options
//! in `handler_options`; `functions`, `status` and `inspect` are the functions of the namespace `Rustdb`, `info` prints phpinfo(). Below
//! them `calls` is what both doors do with a session, `request` has that of the running request, `ini` reads php.ini, `frames`
//! finds out who called. At the bottom `fact` makes arrays, `exception` and `message` speak PHP's warnings and exceptions, `zend` has the C declarations that ext_php_rs does not, `system` and `sockets`
//! have what the rest of rustdb needs of the system and cannot have without `unsafe`.

#![allow(unsafe_code)]

mod calls;
mod exception;
mod fact;
mod frames;
mod functions;
mod handler;
mod handler_class;
mod handler_object;
mod handler_options;
mod info;
mod ini;
mod inspect;
mod message;
mod module;
mod request;
mod sockets;
mod status;
mod system;
mod zend;
