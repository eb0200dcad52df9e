"""The stand-in's own certificate authority, and a certificate for each host that is asked for."""

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from readiness.standin.scene import Host, write_whole

_LIFE, _RENEWED_BEFORE = timedelta(days=365), timedelta(days=30)
# A host's certificate is made anew this often, so that "nine days left" stays true while it runs.
_FRESH = timedelta(hours=12)


class Served(NamedTuple):
    made: datetime
    context: ssl.SSLContext


class Authority:
    """Signs for hosts. Its certificate is `ca_file`; its key, beside it, is for the owner's eyes only."""

    def __init__(self, folder: Path, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        self.folder, self.key, self.certificate = folder, key, certificate
        self._served: dict[Host, Served] = {}

    @property
    def ca_file(self) -> Path:
        return self.folder / "ca.pem"

    @classmethod
    def kept_in(cls, folder: Path, now: datetime) -> Self:
        """The authority of last time, or a new one when there is none or it is about to expire."""
        try:
            key = serialization.load_pem_private_key((folder / "ca-key.pem").read_bytes(), None)
            certificate = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
        except (OSError, ValueError):
            return cls._founded(folder, now)
        lasts = certificate.not_valid_after_utc - _RENEWED_BEFORE > now
        if (
            isinstance(key, ec.EllipticCurvePrivateKey)
            and lasts
            and key.public_key() == certificate.public_key()
        ):
            return cls(folder, key, certificate)
        return cls._founded(folder, now)

    @classmethod
    def _founded(cls, folder: Path, now: datetime) -> Self:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Stand-in authority")])
        draft = (
            _draft(name, name, key.public_key(), now, _LIFE)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        authority = cls(folder, key, draft.sign(key, hashes.SHA256()))
        write_whole(folder / "ca-key.pem", _pem(key))
        write_whole(authority.ca_file, _pem(authority.certificate), mode=0o644)
        return authority

    def context(self, host: Host) -> ssl.SSLContext:
        """What a TLS server shows as `host`."""
        now = datetime.now(UTC)
        served = self._served.get(host)
        if served is None or now - served.made > _FRESH:
            served = self._served[host] = Served(now, self._made(host, now))
        return served.context

    def _made(self, host: Host, now: datetime) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host.host[:64])])
        # An hour on top: days left are counted down to whole ones.
        life = timedelta(days=host.certificate_days, hours=1) + _FRESH
        draft = (
            _draft(subject, self.certificate.subject, key.public_key(), now, life)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host.host)]), critical=False)
            .add_extension(_usage(signs=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # `ssl` reads a chain from files only; this one is readable by its owner and gone at once.
        with tempfile.NamedTemporaryFile("w", dir=self.folder, suffix=".pem") as file:
            file.write(_pem(key) + _pem(draft.sign(self.key, hashes.SHA256())))
            file.flush()
            context.load_cert_chain(file.name)
        return context


def _draft(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + life)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(thing: ec.EllipticCurvePrivateKey | x509.Certificate) -> str:
    encoding = serialization.Encoding.PEM
    if isinstance(thing, x509.Certificate):
        return thing.public_bytes(encoding).decode()
    private = serialization.PrivateFormat.PKCS8
    return thing.private_bytes(encoding, private, serialization.NoEncryption()).decode()
