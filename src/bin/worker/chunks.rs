//! A file's bytes, front to back, by the fastest way this browser has; and giving way to queued messages in between.
use js_sys::{ArrayBuffer, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    File, MessageChannel, ReadableStream, ReadableStreamByobReader, ReadableStreamGetReaderOptions,
    ReadableStreamReaderMode,
};

/// Measured best: larger views cost more CPU and bring no more bytes a read.
const VIEW: u32 = 256 << 10;
/// Fewer, larger slices: every one of them costs several trips between processes.
const SLICE: f64 = (16 << 20) as f64;

pub(crate) enum Chunks {
    /// The stream is held on purpose: Chromium collects a Blob stream that only a pending read refers to, and the read never settles.
    Stream { _stream: ReadableStream, reader: ReadableStreamByobReader, buffer: Option<ArrayBuffer> },
    /// Where Blob streams are not byte streams: slices, the next one read ahead.
    Slices { file: File, at: f64, ahead: Option<JsFuture> },
}

impl Chunks {
    pub(crate) fn of(file: &File) -> Chunks {
        let stream = file.stream();
        let options = ReadableStreamGetReaderOptions::new();
        options.set_mode(ReadableStreamReaderMode::Byob);
        // Called by name, because the binding of getReader declares no exception and this one is how support is found out.
        let reader = Reflect::get(&stream, &JsValue::from_str("getReader"))
            .and_then(|get| get.dyn_into::<Function>())
            .and_then(|get| get.call1(&stream, &options));
        match reader {
            Ok(reader) => Chunks::Stream { _stream: stream, reader: reader.unchecked_into(), buffer: None },
            Err(_) => Chunks::Slices { file: file.clone(), at: 0.0, ahead: None },
        }
    }

    /// The next bytes; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Uint8Array>, JsValue> {
        match self {
            Chunks::Stream { reader, buffer, .. } => {
                let view = Uint8Array::new(&buffer.take().unwrap_or_else(|| ArrayBuffer::new(VIEW)));
                let read = JsFuture::from(reader.read_with_array_buffer_view(&view)).await?;
                if Reflect::get(&read, &JsValue::from_str("done"))?.is_truthy() {
                    return Ok(None);
                }
                Ok(Some(Reflect::get(&read, &JsValue::from_str("value"))?.dyn_into()?))
            }
            Chunks::Slices { file, at, ahead } => {
                let size = file.size();
                if *at >= size {
                    return Ok(None);
                }
                let current = match ahead.take() {
                    Some(read) => read,
                    None => slice(file, *at)?,
                };
                let bytes = current.await?;
                *at += SLICE;
                if *at < size {
                    *ahead = Some(slice(file, *at)?);
                }
                Ok(Some(Uint8Array::new(&bytes)))
            }
        }
    }

    /// Hands a chunk back, so that its memory takes the next one.
    pub(crate) fn recycle(&mut self, chunk: Uint8Array) {
        if let Chunks::Stream { buffer, .. } = self {
            *buffer = Some(chunk.buffer().unchecked_into());
        }
    }
}

fn slice(file: &File, at: f64) -> Result<JsFuture, JsValue> {
    let part = file.slice_with_f64_and_f64(at, (at + SLICE).min(file.size()))?;
    Ok(JsFuture::from(part.array_buffer()))
}

/// Lets the worker's queued messages be handled before going on.
#[derive(Default)]
pub(crate) struct Turn {
    channel: std::cell::OnceCell<Option<MessageChannel>>,
}

impl Turn {
    pub(crate) async fn give(&self) {
        let Some(channel) = self.channel.get_or_init(|| MessageChannel::new().ok()) else { return };
        let promise = Promise::new(&mut |resolve, _| {
            channel.port1().set_onmessage(Some(&resolve));
            if channel.port2().post_message(&JsValue::NULL).is_err() {
                let _ = resolve.call0(&JsValue::NULL);
            }
        });
        let _ = JsFuture::from(promise).await;
    }
}
