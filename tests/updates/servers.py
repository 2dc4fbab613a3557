"""Mail servers that misbehave on purpose, and the certificates they show."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from followthru.demo.mailsink import MailSink, SinkOptions


class Faults(NamedTuple):
    """What goes wrong: answers given instead of good ones, and where the line goes dead or silent.

    `drop` and `silent` name a moment: `MAIL`, `RCPT`, `DATA` (before 354), `text` (after 354) or `dot`
    (after the mail was kept). The first `times` mails meet the fault.
    """

    mail: str | None = None
    rcpt: str | None = None
    data: str | None = None
    dot: str | None = None
    drop: str | None = None
    silent: str | None = None
    times: int = 1_000


class FaultySink(MailSink):
    """A mail sink with faults. `commands` lists what each conversation came to."""

    def __init__(self, folder: Path, faults: Faults, options: SinkOptions | None = None) -> None:
        super().__init__(folder, options)
        self.faults = faults
        self.mails = 0
        self.connections = 0
        self.commands: list[str] = []

    def protocol(self) -> SMTP:
        self.connections += 1
        return _FaultySMTP(self, hostname="faulty.invalid", loop=asyncio.get_running_loop())

    def now(self, moment: str) -> Faults:
        """Note a moment and return the faults that hold there."""
        self.commands.append(moment)
        self.mails += moment == "MAIL"
        return self.faults if self.mails <= self.faults.times else Faults()

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        faults = self.now("MAIL")
        await _fail(server, faults, "MAIL")
        envelope.mail_from = address
        return faults.mail or "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        faults = self.now("RCPT")
        await _fail(server, faults, "RCPT")
        if faults.rcpt is None:
            envelope.rcpt_tos.append(address)
        return faults.rcpt or "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        faults = self.now("dot")
        if faults.dot is not None:
            return faults.dot
        answer = await super().handle_DATA(server, session, envelope)
        await _fail(server, faults, "dot")
        return answer


class _FaultySMTP(SMTP):
    """Fails before the text is asked for, or while it comes in."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        sink = self.event_handler
        assert isinstance(sink, FaultySink)
        faults = sink.now("DATA")
        await _fail(self, faults, "DATA")
        if faults.data is not None:
            await self.push(faults.data)
            return
        if "text" in {faults.drop, faults.silent}:
            await self.push("354 go on")
            await self._reader.readline()
            await _fail(self, faults, "text")
        await super().smtp_DATA(arg)


async def _fail(server: SMTP, faults: Faults, moment: str) -> None:
    if faults.drop == moment and server.transport is not None:
        server.transport.close()
    if moment in {faults.drop, faults.silent}:
        await asyncio.Event().wait()


class Authority(NamedTuple):
    """A certificate authority of our own and a server context it vouches for."""

    ca_file: Path
    server: ssl.SSLContext


def authority(folder: Path, host: str = "127.0.0.1") -> Authority:
    """Make an authority and a certificate for a host, for a day."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name, name = _name("followthru test authority"), _name("followthru test server")
    constraints = x509.BasicConstraints(ca=True, path_length=0)
    ca = _certificate(ca_name, ca_name, ca_key).add_extension(constraints, critical=True).sign(ca_key, hashes.SHA256())
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
    leaf = _certificate(name, ca_name, key).add_extension(address, critical=False).sign(ca_key, hashes.SHA256())
    ca_file, leaf_file, key_file = folder / "ca.pem", folder / "server.pem", folder / "server.key"
    ca_file.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    leaf_file.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(leaf_file, key_file)
    return Authority(ca_file, context)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )
