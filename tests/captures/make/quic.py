#!/usr/bin/env python3
"""QUIC with HTTP/3, by aioquic (pip): quic.py server CERT KEY | quic.py client HOST NAME"""
import asyncio, ssl, sys
from aioquic.asyncio import QuicConnectionProtocol, connect, serve
from aioquic.h3.connection import H3Connection
from aioquic.h3.events import HeadersReceived, DataReceived
from aioquic.quic.configuration import QuicConfiguration


class Http(QuicConnectionProtocol):
    h3 = None
    done = None

    def quic_event_received(self, event):
        self.h3 = self.h3 or H3Connection(self._quic)
        for e in self.h3.handle_event(event):
            if self._quic.configuration.is_client:
                if getattr(e, "stream_ended", False) and self.done:
                    self.done.set_result(None)
                    self.done = None
            elif isinstance(e, HeadersReceived):
                self.h3.send_headers(e.stream_id, [(b":status", b"200"), (b"content-type", b"text/plain")])
                self.h3.send_data(e.stream_id, b"Storm lamp, 24.50\n" * 300, True)
                self.transmit()


async def main():
    client = sys.argv[1] == "client"
    conf = QuicConfiguration(is_client=client, alpn_protocols=["h3"])
    if not client:
        conf.load_cert_chain(*sys.argv[2:4])
        await serve("::", 443, configuration=conf, create_protocol=Http)
        await asyncio.Future()
    conf.verify_mode, conf.server_name = ssl.CERT_NONE, sys.argv[3]
    async with connect(sys.argv[2], 443, configuration=conf, create_protocol=Http) as c:
        c.h3 = c.h3 or H3Connection(c._quic)
        for path in (b"/", b"/shop.css"):
            c.done = done = asyncio.get_running_loop().create_future()
            c.h3.send_headers(c._quic.get_next_available_stream_id(), [
                (b":method", b"GET"), (b":scheme", b"https"), (b":authority", sys.argv[3].encode()), (b":path", path)], True)
            c.transmit()
            await asyncio.wait_for(done, 3)


asyncio.run(main())
