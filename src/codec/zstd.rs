//! Compression with zstd. Each thread keeps one context for each direction: making one takes longer than a session.

use std::cell::Cell;

use zstd_safe::{
    CCtx, CParameter, DCtx, DParameter, InBuffer, OutBuffer, ResetDirective, compress_bound, get_frame_content_size,
};

use crate::error::{Error, Result};

/// The fastest of zstd's usual levels.
const LEVEL: i32 = 1;

/// Data longer than this, in bytes, is stored as it is, and a row whose data would grow longer is refused: a row of a
/// few KB can claim to hold any amount. PHP's own memory_limit, 128 MB by default, leaves no room for more than half of
/// that beside the unserialised session.
const MOST: usize = 64 * 1024 * 1024;

/// The largest window that a frame may ask memory for: 8 MiB, as the format's own specification (RFC 8878, 3.1.1.1.2)
/// recommends to decoders. Ours are 512 KiB.
const WINDOW_LOG: u32 = 23;

/// The first piece of memory for a frame, as a multiple of its length, and at least. What it claims to hold counts only
/// below that.
const FIRST_TIMES: usize = 16;
const FIRST_LEAST: usize = 64 * 1024;

thread_local! {
    static COMPRESSOR: Cell<Option<CCtx<'static>>> = const { Cell::new(None) };
    static DECOMPRESSOR: Cell<Option<DCtx<'static>>> = const { Cell::new(None) };
}

/// One frame with a checksum, where that is shorter than `data`.
pub fn compress(data: &[u8]) -> Option<Vec<u8>> {
    if data.len() > MOST {
        return None;
    }
    let mut context = match COMPRESSOR.take() {
        Some(context) => context,
        None => {
            let mut context = CCtx::try_create()?;
            context.set_parameter(CParameter::CompressionLevel(LEVEL)).ok()?;
            context.set_parameter(CParameter::ChecksumFlag(true)).ok()?;
            context
        }
    };
    let mut frame = Vec::with_capacity(compress_bound(data.len()));
    // After an error, whatever state it is in, the next one is new.
    context.compress2(&mut frame, data).ok()?;
    COMPRESSOR.set(Some(context));
    (frame.len() < data.len()).then_some(frame)
}

/// What [`compress`] was given.
///
/// # Errors
/// [`Error::BadFrame`] where it is not one whole frame, or would be longer than [`MOST`].
pub fn decompress(frame: &[u8]) -> Result<Vec<u8>> {
    let mut context = match DECOMPRESSOR.take() {
        Some(context) => context,
        None => {
            let mut context = DCtx::try_create().ok_or(Error::BadFrame("no memory for it"))?;
            let limited = context.set_parameter(DParameter::WindowLogMax(WINDOW_LOG));
            limited.map_err(|_| Error::BadFrame("no decompressor for it"))?;
            context
        }
    };
    let data = decompress_with(&mut context, frame)?;
    DECOMPRESSOR.set(Some(context));
    Ok(data)
}

fn decompress_with(context: &mut DCtx<'static>, frame: &[u8]) -> Result<Vec<u8>> {
    let broken = || Error::BadFrame("it was changed or cut");
    let too_long = Error::BadFrame("it would grow beyond 64 MiB");
    context.reset(ResetDirective::SessionOnly).map_err(|_| broken())?;
    let claimed = get_frame_content_size(frame).map_err(|_| broken())?;
    let claimed = usize::try_from(claimed.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let first = frame.len().saturating_mul(FIRST_TIMES).max(FIRST_LEAST);
    // One byte more than there may be, to see that there is more.
    let mut data = Vec::with_capacity(claimed.saturating_add(1).min(first).min(MOST + 1));
    let mut input = InBuffer::around(frame);
    loop {
        let (before, read) = (data.len(), input.pos());
        let mut output = OutBuffer::around_pos(&mut data, before);
        let left = context.decompress_stream(&mut output, &mut input).map_err(|_| broken())?;
        if data.len() > MOST {
            return Err(too_long);
        }
        if left == 0 {
            // Behind the frame nothing may follow.
            return if input.pos() == frame.len() { Ok(data) } else { Err(broken()) };
        }
        if data.len() == data.capacity() {
            data.reserve_exact(data.len().min(MOST + 1 - data.len()));
        } else if data.len() == before && input.pos() == read {
            // There is room, and nothing comes any more.
            return Err(broken());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame that claims to hold `length` bytes of zeros, without content size, made of RLE blocks.
    fn bomb(length: usize) -> Vec<u8> {
        // Magic number, descriptor without content size, window of 2^17 bytes (RFC 8878, 3.1.1).
        let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
        const BLOCK: usize = 128 * 1024;
        let blocks = length.div_ceil(BLOCK);
        for at in 0..blocks {
            let size = if at + 1 == blocks { length - at * BLOCK } else { BLOCK };
            let header = (size as u32) << 3 | 1 << 1 | u32::from(at + 1 == blocks);
            frame.extend_from_slice(&header.to_le_bytes()[..3]);
            frame.push(0);
        }
        frame
    }

    #[test]
    fn a_bomb_is_refused_at_the_limit_and_not_below() {
        assert_eq!(decompress(&bomb(MOST)).unwrap().len(), MOST);
        let refused = decompress(&bomb(MOST + 1));
        assert_eq!(refused, Err(Error::BadFrame("it would grow beyond 64 MiB")));
        // 4 GiB out of 128 KiB.
        let refused = decompress(&bomb(4 << 30));
        assert_eq!(refused, Err(Error::BadFrame("it would grow beyond 64 MiB")));
    }

    #[test]
    fn what_a_frame_claims_to_hold_gets_no_memory() {
        // A single segment of 2^40 bytes: the window would be as large.
        let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0b1110_0000];
        frame.extend_from_slice(&(1_u64 << 40).to_le_bytes());
        frame.extend_from_slice(&[0x03, 0x00, 0x00, 0x00]);
        assert_eq!(decompress(&frame), Err(Error::BadFrame("it was changed or cut")));
    }

    #[test]
    fn longer_data_than_can_be_read_back_is_not_compressed() {
        assert!(compress(&vec![b'a'; MOST]).is_some());
        assert!(compress(&vec![b'a'; MOST + 1]).is_none());
    }

    #[test]
    fn nothing_follows_a_frame() {
        let frame = compress(&[b'a'; 1000]).unwrap();
        for more in [&b"x"[..], &frame] {
            let long = [&frame, more].concat();
            assert_eq!(decompress(&long), Err(Error::BadFrame("it was changed or cut")));
        }
        assert_eq!(decompress(&frame).unwrap(), [b'a'; 1000]);
    }
}
