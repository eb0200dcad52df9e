"""The stand-in's server: two ports, every host."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

from readiness.standin.certificates import Authority
from readiness.standin.scene import Host, Scene, Switches

LOOPBACK = "127.0.0.1"


class Ports(NamedTuple):
    http: int
    tls: int


class StandIn:
    """Answers as `scene` and the switches in `folder` say."""

    def __init__(self, scene: Scene, folder: Path, authority: Authority) -> None:
        self.scene, self.authority = scene, authority
        self.switches = Switches(folder)

    @asynccontextmanager
    async def listening(self, http_port: int = 0, tls_port: int = 0) -> AsyncIterator[Ports]:
        """Raises `OSError` when a port is taken."""
        app = web.Application()
        app.router.add_get("/health", self.health)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        with (
            socket.create_server((LOOPBACK, http_port)) as plain,
            socket.create_server((LOOPBACK, tls_port)) as secure,
        ):
            try:
                await web.SockSite(runner, plain).start()
                await web.SockSite(runner, secure, ssl_context=self._tls()).start()
                yield Ports(plain.getsockname()[1], secure.getsockname()[1])
            finally:
                await runner.cleanup()

    async def health(self, request: web.Request) -> web.StreamResponse:
        host = self.scene.find(request.url.host or "")
        if host is None:
            raise web.HTTPMisdirectedRequest(text="No such host here.")
        if self.switches.is_stopped(host):
            return self._hang_up(request)
        await asyncio.sleep(host.delay_ms / 1000)
        answer = {
            "status": "ok" if host.status < 400 else "failing",
            "service": host.host.partition(".")[0],
            "region": host.region,
            "version": self.scene.version,
        }
        return web.json_response(answer, status=host.status, headers={"x-region": host.region})

    def _hang_up(self, request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _tls(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = self._chosen
        return context

    def _chosen(
        self, connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext
    ) -> int | None:
        """The certificate for the host that the client names; a stopped host is not there to show one."""
        host: Host | None = self.scene.find(name or "")
        if host is None or self.switches.is_stopped(host):
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = self.authority.context(host)
        return None
